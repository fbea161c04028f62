/** The actions to offer for a message. The server decides (docs/PERMISSIONS.md); this only hides what it would refuse. */

import type { MessageView, RoomView } from "../../chat/chat";
import type { Role } from "../../wire/words";
import { powerIn } from "../screens/rights";

export interface MessageRights {
	react: boolean;
	/** Reply to it. */
	write: boolean;
	edit: boolean;
	remove: boolean;
	pin: boolean;
	/** See who has read it. */
	seenBy: boolean;
}

export function messageRights({ own }: MessageView, room: RoomView | null, onServer: Role): MessageRights {
	const live = room !== null && !room.room.ARCHIVED;
	const role = room ? powerIn(room.room, onServer) : "guest";
	const moderates = role === "owner" || role === "moderator";
	const withPeople = room?.kind === "direct" || room?.kind === "group";
	const inIt = room?.room.ENTERED !== false;
	const open = live && inIt && (!room.room.READ_ONLY || moderates);
	return {
		react: live && inIt,
		write: open,
		edit: open && own,
		remove: live && (own || (moderates && !withPeople)),
		pin: live && (moderates || withPeople),
		seenBy: own && withPeople,
	};
}
