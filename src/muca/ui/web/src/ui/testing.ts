/** Rooms and messages for tests. */

import type { MessageView, RoomView } from "../chat/chat";
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
		activeMs: 0,
		typing: [],
		mutedUntil: 0,
		hasDraft: false,
		...more,
	};
}

export function messageView(more: Partial<MessageView> = {}): MessageView {
	return {
		key: "m",
		room: "r",
		seq: 1,
		ts: 0,
		reach: "ROOM",
		from: "mary",
		nickname: "Mary",
		text: "Hello",
		replyTo: null,
		mentionsMe: false,
		mentions: [],
		mentionsRoom: false,
		edited: false,
		deleted: false,
		pinned: false,
		reactions: [],
		files: [],
		own: false,
		ignored: false,
		delivery: { is: "stored" },
		change: null,
		...more,
	};
}
