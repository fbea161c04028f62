/** Information about a room, and links to its settings. */

import type { RoomView } from "../../chat/chat";
import { duration, number, text } from "../../text";
import { useChat } from "../chat";
import { namesakeIn, roomName, roomReach } from "../names";
import { Button } from "../parts/button";
import { InfoIcon, SettingsIcon } from "../parts/icons";
import { RoomSign } from "../parts/sign";
import { openScreen } from "../screens/screen";

const DAY_SECONDS = 86_400;

export function About({ room }: { room: RoomView }) {
	const chat = useChat();
	const words = text.value.conversation.about;
	const { TOPIC, PRIVATE, READ_ONLY, SLOW_SECONDS, ARCHIVED, KEEP_DAYS, KEEP_EVENTS } = room.room;
	const facts = [
		room.kind === "lobby" && text.value.screens.share.policy[chat.server.value?.POLICY ?? "open"],
		room.kind === "named" && (PRIVATE ? words.private : words.public),
		READ_ONLY && words.readOnly,
		SLOW_SECONDS && words.slow(duration(SLOW_SECONDS)),
		ARCHIVED && words.archived,
		KEEP_DAYS && words.keepDays(duration(KEEP_DAYS * DAY_SECONDS)),
		KEEP_EVENTS && words.keepEvents(number(KEEP_EVENTS)),
	].filter((fact) => typeof fact === "string");
	return (
		<div class="about">
			<div class="about-name">
				<RoomSign room={room} />
				<h2>
					<bdi>{roomName(room)}</bdi>
				</h2>
				<small class="muted">
					<bdi>{namesakeIn(room, chat)}</bdi>
				</small>
			</div>
			{TOPIC && <p dir="auto">{TOPIC}</p>}
			<p class="muted">{roomReach(room, chat)}</p>
			{facts.length > 0 && (
				<ul class="facts">
					{facts.map((fact) => (
						<li key={fact}>{fact}</li>
					))}
				</ul>
			)}
			<Button
				icon={room.kind === "named" ? SettingsIcon : InfoIcon}
				onClick={() => openScreen({ is: "room", room: room.id })}
			>
				{room.kind === "named" ? words.manage : words.more}
			</Button>
		</div>
	);
}
