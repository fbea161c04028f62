/** The simulated server's answers to requests. */

import type { LogEntry, Message, Uid } from "../wire/words";
import { FakeFailure, type FakeRoom, type FakeServer, type FakeSession } from "./fake_server";

export type Fields = { CMD: string } & Record<string, unknown>;
type Handler = (server: FakeServer, session: FakeSession, fields: Fields) => unknown;

const place = ({ ROOM, SEQ, TS }: LogEntry) => ({ ROOM, SEQ, TS });

/** Messages that one PURGE deletes. */
const PURGED_MAX = 10;

export const FAKE_HANDLERS: Record<string, Handler> = {
	SEND(server, { uid }, { ID, ROOM, TO, MSG, REPLY_TO, FILES = [] }) {
		const key = `${uid} ${ID}`;
		const before = server.sent.get(key);
		if (before) return before;
		const room = ROOM ? server.find(ROOM, uid) : target(server, uid, TO as Uid[]);
		const files = (FILES as string[]).flatMap((id) => server.files.get(id) ?? []);
		const message = server.say(room, uid, String(MSG), {
			...(REPLY_TO ? { REPLY_TO: Number(REPLY_TO) } : {}),
			...(files.length && { FILES: files }),
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

	AWAY(server, { uid }, { AWAY = true }) {
		server.set(uid, server.by(uid).UN, AWAY ? "away" : "here");
		return {};
	},

	HISTORY(server, { uid }, fields) {
		return { ROOM: fields.ROOM, ...page(server.find(fields.ROOM, uid).log, fields) };
	},

	SEARCH(server, { uid }, { QUERY, BEFORE = Number.POSITIVE_INFINITY, LIMIT = 20 }) {
		const query = String(QUERY);
		const from = /from:("[^"]*"|\S+)/.exec(query)?.[1]?.replaceAll('"', "");
		const word = query
			.replace(/\w+:("[^"]*"|\S+)/g, "")
			.trim()
			.toLowerCase();
		const all = [...server.rooms.values()].filter((room) => room.isFor(uid)).flatMap(({ log }) => log);
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
		MESSAGES: server.find(ROOM, uid).log.filter((entry) => entry.CMD === "MSG" && entry.PINNED),
	}),

	CREATE(server, session, { TITLE, TOPIC, PRIVATE }) {
		const about = { ROOM: `r-${server.rooms.size}`, KIND: "named", TITLE, TOPIC, PRIVATE, ROLE: "owner" } as const;
		const room = server.room(JSON.parse(JSON.stringify(about)), [session.uid]);
		server.append(room, { CMD: "EVENT", KIND: "create", TS: server.now(), ...server.by(session.uid) });
		return room.seenBy(session.uid, server.people);
	},

	ROOMS(server, { uid }, { OWN, AFTER = "0", MATCH = "" }) {
		if (OWN) {
			const own = server.own(uid).slice(1);
			const end = Number(AFTER) + server.roomsAPage;
			return { ROOMS: own.slice(Number(AFTER), end), ...(end < own.length && { NEXT: String(end) }) };
		}
		const named = [...server.rooms.values()].filter(({ about }) => about.KIND === "named");
		const seen = named
			.filter((room) => room.isFor(uid) || !room.about.PRIVATE)
			.map((room) => room.seenBy(uid, server.people));
		return { ROOMS: seen.filter(({ TITLE = "" }) => TITLE.toLowerCase().includes(String(MATCH).toLowerCase())) };
	},

	ENTER(server, { uid }, { ROOM }) {
		const room = server.find(ROOM, uid);
		room.members.add(uid);
		server.append(room, { CMD: "EVENT", KIND: "enter", TS: server.now(), ...server.by(uid) });
		return room.seenBy(uid, server.people);
	},

	EXIT(server, { uid }, { ROOM }) {
		const room = server.find(ROOM, uid);
		const event = server.append(room, { CMD: "EVENT", KIND: "exit", TS: server.now(), ...server.by(uid) });
		room.members.delete(uid);
		return place(event);
	},

	INVITE(server, { uid }, { ROOM, UID }) {
		const room = server.find(ROOM, uid);
		room.members.add(String(UID));
		return about(server, room, uid, "invite", UID);
	},
	ROLE: (server, { uid }, { ROOM = "lobby", UID, ROLE }) =>
		about(server, server.find(ROOM, uid), uid, "role", UID, { ROLE }),
	KICK: (server, { uid }, { ROOM = "lobby", UID, REASON }) =>
		about(server, server.find(ROOM, uid), uid, "kick", UID, { MSG: REASON }),
	MUTE: (server, { uid }, { ROOM = "lobby", UID, REASON }) =>
		about(server, server.find(ROOM, uid), uid, "mute", UID, { MSG: REASON }),
	UNMUTE: (server, { uid }, { ROOM = "lobby", UID }) => about(server, server.find(ROOM, uid), uid, "unmute", UID),
	BAN: (server, { uid }, { ROOM = "lobby", UID, REASON }) =>
		about(server, server.find(ROOM, uid), uid, "ban", UID, { MSG: REASON }),
	UNBAN: (server, { uid }, { ROOM = "lobby", UID }) => about(server, server.find(ROOM, uid), uid, "unban", UID),

	SET(server, { uid }, { CMD: _, ID: __, ROOM, ...SETTINGS }) {
		const room = server.find(ROOM, uid);
		room.about = { ...room.about, ...SETTINGS };
		return place(server.append(room, { CMD: "EVENT", KIND: "set", TS: server.now(), ...server.by(uid), SETTINGS }));
	},

	MEMBERS(server, { uid }, { ROOM, AFTER = "", LIMIT = 100 }) {
		const room = server.find(ROOM, uid);
		const members = [...server.people.values()]
			.filter((person) => room.isFor(person.uid) && person.uid > String(AFTER))
			.sort((one, other) => (one.uid < other.uid ? -1 : 1));
		const member = ({ uid: UID, nickname: UN, seen: SEEN }: (typeof members)[number]) => {
			const ROLE = UID === uid ? (room.about.ROLE ?? "member") : "member";
			return { UID, UN, ROLE, SEEN, READ: room.read.get(UID) ?? 0 };
		};
		return { MEMBERS: members.slice(0, Number(LIMIT)).map(member), MORE: members.length > Number(LIMIT) };
	},

	IGNORE: (server, session, { UID }) => ignore(server, session, String(UID), true),
	UNIGNORE: (server, session, { UID }) => ignore(server, session, String(UID), false),

	REPORT: () => ({}),
	RESOLVE: () => ({}),
	PASSWORD: () => ({}),
	REVOKE: () => ({}),
	WITHDRAW: () => ({}),
	BANS: () => ({ SANCTIONS: [{ SANCTION: "ban", UID: "spam@bot", REASON: "spam" }] }),
	AUDIT: (server) => ({ ENTRIES: [{ TS: server.now() - 3_600_000, ACTOR: "-", ACTION: "BAN", UID: "spam@bot" }] }),
	DEVICES: (server) => ({
		DEVICES: [{ DEVICE: 1, NAME: "This browser", CREATED: server.now(), USED: server.now(), CURRENT: true }],
	}),
	INVITATIONS: (server) => ({
		INVITATIONS: [{ INVITATION: 1, CREATED: server.now(), UID: "mary@lab", USES: 3, UNTIL: server.now() + 86_400_000 }],
	}),
	INVITATION: (server) => ({ INVITATION: 2, CODE: "k7Qm-demo", UNTIL: server.now() + 604_800_000 }),
	REPORTS(server) {
		const MESSAGE = server.rooms.get("lobby")?.log.find(({ CMD }) => CMD === "MSG");
		if (!MESSAGE) return { REPORTS: [] };
		const { ROOM, SEQ, FROM: UID } = MESSAGE;
		return { REPORTS: [{ REPORT: 1, ROOM, SEQ, UID, TS: server.now(), REASON: "Rude", MESSAGE }] };
	},
	NUMBERS: (server) => ({
		PEOPLE: server.people.size,
		ACCOUNTS: 12,
		REGISTERED: 5,
		PEERS: server.sessions.size,
		SESSIONS: server.sessions.size,
		ROOMS: server.rooms.size,
		MESSAGES: [...server.rooms.values()].reduce((sum, { log }) => sum + log.length, 0),
		DATABASE_BYTES: 48_000_000,
		FILES: server.files.size,
		FILE_BYTES: 3_200_000,
		UPTIME_SECONDS: 90_000,
	}),
};

function target(server: FakeServer, uid: Uid, to: readonly Uid[]): FakeRoom {
	return to.length ? server.conversation([uid, ...to]) : server.find("lobby", uid);
}

function change(server: FakeServer, room: FakeRoom, uid: Uid, KIND: string, SEQ: unknown, more: object = {}): unknown {
	const OF = room.message(SEQ).SEQ;
	return place(server.append(room, { CMD: "EVENT", KIND, TS: server.now(), ...server.by(uid), OF, ...more }));
}

function react(server: FakeServer, room: FakeRoom, uid: Uid, SEQ: unknown, EMOJI: string, put: boolean): unknown {
	const reaction = room.message(SEQ).REACTIONS?.find((each) => each.EMOJI === EMOJI);
	if ((reaction?.UIDS.includes(uid) ?? false) === put) return {};
	return change(server, room, uid, put ? "react" : "unreact", SEQ, { EMOJI });
}

/** An event about a person. */
function about(server: FakeServer, room: FakeRoom, uid: Uid, KIND: string, UID: unknown, more: object = {}): unknown {
	const event = { CMD: "EVENT", KIND, TS: server.now(), ...server.by(uid), UID: String(UID), ...more } as const;
	return place(server.append(room, event));
}

function ignore(server: FakeServer, session: FakeSession, uid: Uid, put: boolean): object {
	const ignored = server.ignores.get(session.uid) ?? new Set();
	if (put) ignored.add(uid);
	else ignored.delete(uid);
	server.ignores.set(session.uid, ignored);
	session.push({ CMD: "IGNORES", UIDS: [...ignored] });
	return {};
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
