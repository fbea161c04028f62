/** Messages, events and rooms for tests, with defaults for all fields that do not matter. */

import type { MessageView, RoomView } from "../chat/chat";
import { reachOf } from "../chat/rooms";
import type { Kept } from "../chat/shelf";
import type { Event, Message, Room } from "../wire/words";

export const message = (SEQ: number, more: Partial<Message> = {}): Message => ({
	CMD: "MSG",
	ROOM: "lobby",
	SEQ,
	TS: SEQ,
	TYPE: "ALL",
	FROM: "mary",
	UN: "Mary",
	MSG: `text ${SEQ}`,
	...more,
});

export const event = (SEQ: number, KIND: string, more: Partial<Event> = {}): Event => ({
	CMD: "EVENT",
	ROOM: "lobby",
	SEQ,
	TS: SEQ,
	KIND,
	FROM: "mary",
	UN: "Mary",
	...more,
});

export const view = (seq: number | null, more: Partial<MessageView> = {}): MessageView => ({
	key: `message ${seq}`,
	room: "lobby",
	seq,
	ts: seq ?? 0,
	reach: "ALL",
	from: "mary",
	nickname: "Mary",
	text: `text ${seq}`,
	replyTo: null,
	mentionsMe: false,
	mentions: [],
	edited: false,
	deleted: false,
	pinned: false,
	reactions: [],
	files: [],
	waiting: [],
	own: false,
	ignored: false,
	delivery: { is: "stored" },
	change: null,
	...more,
});

export const messageView = (more: Partial<MessageView> = {}): MessageView =>
	view(1, { key: "m", room: "r", ts: 0, reach: "ROOM", text: "Hello", ...more });

export const kept = (id: string, more: Partial<Kept> = {}): Kept => ({
	id,
	to: { room: "lobby" },
	text: `text ${id}`,
	replyTo: null,
	files: [],
	ts: 0,
	failed: null,
	...more,
});

export function roomView(room: Partial<Room> = {}, more: Partial<RoomView> = {}): RoomView {
	const { KIND = "named" } = room;
	return {
		room: { ROOM: "r", KIND, ...room },
		id: "r",
		kind: KIND,
		reach: reachOf(KIND),
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
