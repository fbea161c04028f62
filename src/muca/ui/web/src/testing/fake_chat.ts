/** As much of a chat as tests of the screens need. */

import { signal } from "@preact/signals";
import type { Chat, Heard, Me, MessageView, Missed, Person, RoomView } from "../chat/chat";
import type { RoomKind } from "../wire/words";
import { messageView, roomView } from "./samples";

export const fakeRoom = (id: string, kind: RoomKind, title = "", more: Partial<RoomView> = {}): RoomView =>
	roomView({ ROOM: id, KIND: kind, TITLE: title }, { id, title, ...more });

export const fakePerson = (uid: string, nickname: string): Person => ({
	uid,
	nickname,
	presence: "here",
	role: "member",
	ignored: false,
	seenMs: null,
	bannedUntil: 0,
});

export interface FakeChat extends Chat {
	/** What was asked, in order. */
	asked: [command: string, fields: unknown][];
	/** A message comes in. */
	hear(message: Partial<MessageView>, room: RoomView, is?: Heard["is"], at?: number): void;
	/** The connection is there again. */
	miss(missed: readonly Missed[]): void;
}

interface Given {
	rooms?: RoomView[];
	people?: Person[];
	me?: Partial<Me>;
	/** Answers to what is asked, by command. */
	answers?: Record<string, unknown>;
}

export function fakeChat({ rooms = [], people = [], me = {}, answers = {} }: Given = {}): FakeChat {
	const asked: FakeChat["asked"] = [];
	const missedBy = new Set<(missed: readonly Missed[]) => void>();
	const heard = new Set<(heard: Heard) => void>();
	const chat = {
		asked,
		link: signal({ is: "joined" }),
		rooms: signal(rooms),
		people: signal(people),
		me: signal({ uid: "tony", nickname: "Tony", role: "member", registered: false, device: 1, ...me }),
		mentions: signal(rooms.reduce((sum, { mentions }) => sum + mentions, 0)),
		room: (id: string) => rooms.find((room) => room.id === id) ?? null,
		person: (uid: string) => people.find((person) => person.uid === uid) ?? fakePerson(uid, uid),
		async ask(command: string, fields: unknown) {
			asked.push([command, fields]);
			return answers[command];
		},
		to: (uids: readonly string[]) => ({ id: signal(`to:${uids.join()}`) }),
		setAway: (away: boolean) => asked.push(["AWAY", away]),
		onMessage(listener: (heard: Heard) => void) {
			heard.add(listener);
			return () => heard.delete(listener);
		},
		onMissed(listener: (missed: readonly Missed[]) => void) {
			missedBy.add(listener);
			return () => missedBy.delete(listener);
		},
		miss(missed: readonly Missed[]) {
			for (const listener of missedBy) listener(missed);
		},
		hear(message: Partial<MessageView>, room: RoomView, is: Heard["is"] = "new", at = message.seq ?? 1) {
			for (const listener of heard) listener({ is, message: messageView(message), room, at });
		},
	};
	return chat as unknown as FakeChat;
}
