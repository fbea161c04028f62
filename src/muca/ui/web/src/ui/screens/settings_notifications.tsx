import { LEVELS } from "../../notify/rules";
import { playSound } from "../../notify/sound";
import { askPermission, permission, setLevel, setRoomLevel, setSound, wishes } from "../../notify/wishes";
import { text } from "../../text";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Button } from "../parts/button";
import { Choice, Switch } from "../parts/field";
import { BellIcon, BellOffIcon } from "../parts/icons";
import { RoomSign } from "../parts/sign";
import { Notice } from "./notice";

/** The notification settings. */
export function Notifications() {
	const words = text.value.screens.settings;
	const { level, sound } = wishes.value;
	return (
		<>
			<Permitted />
			<Choice
				label={words.level}
				hint={words.levelHint}
				value={level}
				options={LEVELS.map((each) => [each, words.levels[each]] as const)}
				onChange={(event) => setLevel(LEVELS.find((each) => each === event.currentTarget.value) ?? level)}
			/>
			<Switch label={words.sound} hint={words.soundHint} checked={sound} onChange={setSound} />
			<div class="row">
				<Button onClick={playSound}>{words.soundTry}</Button>
			</div>
			<OwnLevels />
		</>
	);
}

/** Whether the browser shows notifications, and what to do if not. */
function Permitted() {
	const words = text.value.screens.settings;
	const { value } = permission;
	if (value === "default") {
		return (
			<Notice icon={BellIcon}>
				<p>{words.browserAsk}</p>
				<Button look="accent" onClick={askPermission}>
					{words.ask}
				</Button>
			</Notice>
		);
	}
	const given = value === "granted";
	return (
		<Notice icon={given ? BellIcon : BellOffIcon} look={given ? "calm" : "warn"}>
			<p>{words.permission[value]}</p>
		</Notice>
	);
}

function OwnLevels() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const own = chat.rooms.value.filter(({ id }) => id in wishes.value.rooms);
	if (own.length === 0) return null;
	return (
		<section class="stack" aria-labelledby="settings-own-levels">
			<h3 id="settings-own-levels">{words.own}</h3>
			<ul class="rows">
				{own.map((room) => (
					<li key={room.id}>
						<RoomSign room={room} />
						<span class="who">
							<b>
								<bdi>{roomName(room)}</bdi>
							</b>
							<small>{words.levels[wishes.value.rooms[room.id] ?? wishes.value.level]}</small>
						</span>
						<Button aria-label={words.asElsewhereRoom(roomName(room))} onClick={() => setRoomLevel(room.id, null)}>
							{text.value.screens.rooms.asElsewhere}
						</Button>
					</li>
				))}
			</ul>
		</section>
	);
}
