/** Messages and events for tests, with defaults for all fields that do not matter. */

import type { Event, Message } from "../wire/words";
import type { Cache, Copy } from "./cache";
import type { MessageView } from "./chat";
import type { Kept, Shelf } from "./shelf";

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

/** A shelf that lasts as long as the test. */
export function memoryShelf(): Shelf {
	const messages = new Map<string, Kept>();
	return {
		all: async () => [...messages.values()],
		put: (message) => void messages.set(message.id, message),
		delete: (id) => void messages.delete(id),
	};
}

/** A cache that lasts as long as the test. */
export function memoryCache(): Cache {
	let copy: Copy | null = null;
	return {
		read: async () => structuredClone(copy),
		async write(overview, logs, rooms) {
			const all = new Map([...(copy?.logs ?? []), ...logs]);
			copy = structuredClone({ overview, logs: new Map([...all].filter(([room]) => rooms.has(room))) });
		},
		async clear() {
			copy = null;
		},
	};
}
