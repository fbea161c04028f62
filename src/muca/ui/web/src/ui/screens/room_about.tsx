/** Information about a room, and actions for all members: notifications, link, invite, leave. */

import { useState } from "preact/hooks";
import type { RoomView } from "../../chat/chat";
import { LEVELS, type Level } from "../../notify/rules";
import { setRoomLevel, wishes } from "../../notify/wishes";
import { text } from "../../text";
import type { Room } from "../../wire/words";
import { useChat } from "../chat";
import { roomReach } from "../names";
import { Button } from "../parts/button";
import { Choice } from "../parts/field";
import { ArchiveIcon, DoorIcon } from "../parts/icons";
import { go, roomRoute } from "../route";
import { Confirm } from "./confirm";
import { InviteButton } from "./invite";
import { LinkForOthers } from "./link_for_others";
import { Notice } from "./notice";
import { rightsIn } from "./rights";
import { closeScreen } from "./screen";

/** `view`: if the user is in the room. */
export function RoomAbout({ room, view }: { room: Room; view: RoomView | undefined }) {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const [leaving, setLeaving] = useState(false);
	const rights = rightsIn(room, chat.me.value?.role ?? "guest");
	const topic =
		room.TOPIC ?? (room.KIND === "lobby" ? words.everyoneTopic : room.KIND === "named" ? words.noTopic : null);
	return (
		<>
			{room.ARCHIVED && (
				<Notice icon={ArchiveIcon}>
					<p>{words.archivedNow}</p>
				</Notice>
			)}
			{topic && (
				<p dir="auto" class={room.TOPIC ? "topic" : "muted"}>
					{topic}
				</p>
			)}
			{view && <p class="muted">{roomReach(view, chat)}</p>}
			{view && <RoomNotifications room={room.ROOM} />}
			{(rights.invite || rights.leave) && (
				<div class="row">
					<InviteButton room={room} />
					{rights.leave && (
						<Button icon={DoorIcon} onClick={() => setLeaving(true)}>
							{words.leave}
						</Button>
					)}
				</div>
			)}
			{room.KIND === "named" && <LinkForOthers label={words.link} to={roomRoute(room.ROOM)} first="http:" />}
			{leaving && (
				<Confirm
					title={words.leaveTitle(room.TITLE ?? "")}
					action={words.leave}
					onClose={() => setLeaving(false)}
					onConfirm={async () => {
						await chat.ask("EXIT", { ROOM: room.ROOM });
						closeScreen();
						go(roomRoute("lobby"), { replace: true });
					}}
				>
					<p>{room.PRIVATE ? words.leavePrivate : words.leavePublic}</p>
					{room.ROLE === "owner" && <p>{words.leaveOwner}</p>}
				</Confirm>
			)}
		</>
	);
}

function RoomNotifications({ room }: { room: string }) {
	const { levels } = text.value.screens.settings;
	const words = text.value.screens.rooms;
	const { level, rooms } = wishes.value;
	return (
		<Choice
			label={words.notifications}
			value={rooms[room] ?? ""}
			options={[
				["", `${words.asElsewhere} (${levels[level]})`],
				...LEVELS.map((each): [Level, string] => [each, levels[each]]),
			]}
			onChange={(event) => setRoomLevel(room, LEVELS.find((each) => each === event.currentTarget.value) ?? null)}
		/>
	);
}
