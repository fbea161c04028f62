/** Requests about messages: writing, changing, reading, searching. */

import type { LogEntry, Message, Uid } from "../../wire/words";
import { FakeFailure } from "./failure";
import { type Fields, type Handlers, place } from "./handler";
import type { FakeRoom } from "./room";
import type { FakeState } from "./state";

/** Messages that one PURGE deletes. */
const PURGED_MAX = 10;

export const MESSAGES: Handlers = {
	SEND(server, { uid }, { ID, ROOM, TO, MSG, REPLY_TO, FILES = [] }) {
		const key = `${uid} ${ID}`;
		const before = server.sent.get(key);
		if (before) return before;
		const room = ROOM ? server.find(ROOM, uid) : target(server, uid, TO as Uid[]);
		const files = (FILES as string[]).flatMap((id) => server.files.get(id) ?? []);
		const message = server.say(room, uid, String(MSG), {
			...(REPLY_TO ? { REPLY_TO: Number(REPLY_TO) } : {}),
			...(files.length && { FILES: files }),
			ID: String(ID),
		});
		server.sent.set(key, place(message));
		return place(message);
	},

	EDIT: (server, { uid }, { ROOM, SEQ, MSG }) => {
		const room = server.find(ROOM, uid);
		if (room.message(SEQ).FROM !== uid) throw new FakeFailure("not_allowed", "One edits one's own messages.");
		return change(server, room, uid, "edit", SEQ, { MSG: String(MSG), ...server.meant(String(MSG)) });
	},

	DELETE: (server, { uid }, { ROOM, SEQ }) => change(server, server.find(ROOM, uid), uid, "delete", SEQ),
	PURGE(server, { uid }, { ROOM, UID }) {
		const room = server.find(ROOM, uid);
		const theirs = room.log.filter((entry) => entry.CMD === "MSG" && entry.FROM === UID && !entry.DELETED);
		const deleted = theirs.slice(-PURGED_MAX).reverse();
		for (const { SEQ } of deleted) change(server, room, uid, "delete", SEQ, UID !== uid ? { AUTHOR: UID } : {});
		return { DELETED: deleted.length, MORE: theirs.length > deleted.length };
	},

	PIN: (server, { uid }, { ROOM, SEQ }) => change(server, server.find(ROOM, uid), uid, "pin", SEQ),
	UNPIN: (server, { uid }, { ROOM, SEQ }) => change(server, server.find(ROOM, uid), uid, "unpin", SEQ),
	REACT: (server, { uid }, { ROOM, SEQ, EMOJI }) =>
		react(server, server.find(ROOM, uid), uid, SEQ, String(EMOJI), true),
	UNREACT: (server, { uid }, { ROOM, SEQ, EMOJI }) =>
		react(server, server.find(ROOM, uid), uid, SEQ, String(EMOJI), false),
	READ(server, session, { ROOM, SEQ, BACK }) {
		const room = server.find(ROOM, session.uid);
		const isBack = Number(SEQ) < (room.read.get(session.uid) ?? 0);
		if (Number(SEQ) === room.read.get(session.uid) || (isBack && !BACK)) return {};
		room.read.set(session.uid, Number(SEQ));
		const { UNREAD, MENTIONS } = room.seenBy(session.uid, server.people);
		const push = { CMD: "READ", ROOM, UID: session.uid, SEQ };
		for (const each of server.sessions) {
			if (each.uid === session.uid) each.push({ ...push, ...(isBack && { BACK: true }), UNREAD, MENTIONS });
			else if (!isBack && room.members.has(each.uid)) each.push(push);
		}
		return {};
	},

	TYPING(server, { uid }, { ROOM }) {
		server.tell(server.find(ROOM, uid), { CMD: "TYPING", ROOM, UID: uid });
		return {};
	},

	HISTORY(server, { uid }, fields) {
		return { ROOM: fields.ROOM, ...page(server.find(fields.ROOM, uid).logFor(uid), fields) };
	},

	SEARCH(server, { uid }, { QUERY, BEFORE = Number.POSITIVE_INFINITY, LIMIT = 20 }) {
		const query = String(QUERY);
		const from = /from:("[^"]*"|\S+)/.exec(query)?.[1]?.replaceAll('"', "");
		const word = query
			.replace(/\w+:("[^"]*"|\S+)/g, "")
			.trim()
			.toLowerCase();
		const all = [...server.rooms.values()].filter((room) => room.isFor(uid)).flatMap((room) => room.logFor(uid));
		const found = all.filter(
			(entry): entry is Message =>
				entry.CMD === "MSG" &&
				entry.TS < Number(BEFORE) &&
				!entry.DELETED &&
				(!from || entry.FROM === from || entry.UN === from) &&
				entry.MSG.toLowerCase().includes(word),
		);
		const newest = found.sort((one, other) => other.TS - one.TS).slice(0, Number(LIMIT));
		const mark = ({ MSG }: Message) =>
			word ? [[[...MSG.slice(0, MSG.toLowerCase().indexOf(word))].length, [...word].length]] : [];
		const more = found.length > newest.length ? { NEXT: newest.at(-1)?.TS } : {};
		return { HITS: newest.map((MESSAGE) => ({ MESSAGE, MARKS: mark(MESSAGE) })), ...more };
	},

	VERSIONS(server, { uid }, { ROOM, SEQ }) {
		const room = server.find(ROOM, uid);
		const { TS, EDITED = TS, MSG } = room.message(SEQ);
		return { VERSIONS: [...(room.former.get(Number(SEQ)) ?? []), { TS: EDITED, MSG }] };
	},

	PINS: (server, { uid }, { ROOM }) => ({
		MESSAGES: server
			.find(ROOM, uid)
			.logFor(uid)
			.filter((entry) => entry.CMD === "MSG" && entry.PINNED),
	}),
};

function target(server: FakeState, uid: Uid, to: readonly Uid[]): FakeRoom {
	return to.length ? server.conversation([uid, ...to]) : server.find("lobby", uid);
}

function change(server: FakeState, room: FakeRoom, uid: Uid, KIND: string, SEQ: unknown, more: object = {}): unknown {
	const OF = room.message(SEQ).SEQ;
	return place(server.append(room, { CMD: "EVENT", KIND, TS: server.now(), ...server.by(uid), OF, ...more }));
}

function react(server: FakeState, room: FakeRoom, uid: Uid, SEQ: unknown, EMOJI: string, put: boolean): unknown {
	const reaction = room.message(SEQ).REACTIONS?.find((each) => each.EMOJI === EMOJI);
	if ((reaction?.UIDS.includes(uid) ?? false) === put) return {};
	return change(server, room, uid, put ? "react" : "unreact", SEQ, { EMOJI });
}

/** A page of HISTORY, as docs/PROTOCOL.md defines it. */
function page(log: readonly LogEntry[], { AFTER, BEFORE, AROUND, AT, LIMIT = 50 }: Fields): object {
	const most = Math.min(Number(LIMIT), 200);
	const cut = (from: number, to: number) => log.slice(Math.max(0, from), Math.max(0, to));
	if (AFTER === undefined && AROUND === undefined && AT === undefined) {
		const end = BEFORE === undefined ? log.length : Math.min(log.length, Number(BEFORE) - 1);
		return { EVENTS: cut(end - most, end), MORE: end - most > 0 };
	}
	const at = AT === undefined ? 0 : log.findIndex(({ TS }) => TS >= Number(AT));
	let from = AFTER !== undefined ? Number(AFTER) : at < 0 ? log.length : at;
	if (AROUND !== undefined) from = Math.min(Number(AROUND) - 1, log.length) - Math.floor(most / 2);
	const to = Math.max(0, from) + most;
	return { EVENTS: cut(from, to), MORE: to < log.length };
}
