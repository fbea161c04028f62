/** Rooms and messages for tests. */

import type { MessageView, RoomView } from "../chat/chat";
import { view } from "../chat/samples";
import type { Room } from "../wire/words";

export function roomView(room: Partial<Room> = {}, more: Partial<RoomView> = {}): RoomView {
	const { KIND = "named" } = room;
	const reaches = { lobby: "ALL", direct: "PRIVATE", group: "GROUP", named: "ROOM" } as const;
	return {
		room: { ROOM: "r", KIND, ...room },
		id: "r",
		kind: KIND,
		reach: reaches[KIND],
		title: "",
		others: [],
		role: room.ROLE ?? "member",
		unread: 0,
		mentions: 0,
		typing: [],
		mutedUntil: 0,
		draft: null,
		...more,
	};
}

export const messageView = (more: Partial<MessageView> = {}): MessageView =>
	view(1, { key: "m", room: "r", ts: 0, reach: "ROOM", text: "Hello", ...more });
