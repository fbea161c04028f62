/** The sign of a room, with shape and colour for its recipients: ✱ everyone, a number for a group, a letter for one person, # for a named room. */

import type { RoomView } from "../../chat/chat";
import { HashIcon, LockIcon } from "./icons";
import { initials } from "./initials";

export function RoomSign({
	room,
}: {
	room: Pick<RoomView, "kind" | "reach" | "title" | "others"> & { room?: { PRIVATE?: boolean } };
}) {
	return (
		<span class="sign" data-reach={room.reach} aria-hidden="true">
			{mark(room)}
		</span>
	);
}

function mark(room: Parameters<typeof RoomSign>[0]["room"]) {
	switch (room.kind) {
		case "lobby":
			return "✱";
		case "direct":
			return initials(room.title);
		case "group":
			return String(room.others.length + 1);
		case "named":
			return room.room?.PRIVATE ? <LockIcon /> : <HashIcon />;
	}
}
