/** A small v2 server in memory, for tests and for the demo (`?demo` in development). Like the real one, it has a log per room and a state per message. */

import { USUAL_LIMITS } from "../wire/limits";
import type { Socket } from "../wire/socket";
import type {
	FileInfo,
	LogEntry,
	Event as LogEvent,
	Message,
	Peer,
	Push,
	Reach,
	Room,
	RoomId,
	RoomKind,
	Seq,
	Uid,
} from "../wire/words";
import { changed, isChange } from "./changes";
import { FAKE_HANDLERS, type Fields } from "./fake_handlers";
import { lastOf } from "./rooms";

export class FakeFailure extends Error {
	constructor(
		readonly code: string,
		message: string,
		readonly retry?: number,
	) {
		super(message);
	}
}

const REACH: Record<RoomKind, Reach> = { lobby: "ALL", direct: "PRIVATE", group: "GROUP", named: "ROOM" };

/** A room with its log: entry `n` is at index `n - 1`, and messages have their current state. */
export class FakeRoom {
	readonly log: LogEntry[] = [];
	readonly members = new Set<Uid>();
	readonly read = new Map<Uid, Seq>();
	readonly former = new Map<Seq, { TS: number; MSG: string }[]>();

	constructor(public about: Room) {}

	get id(): RoomId {
		return this.about.ROOM;
	}

	message(seq: unknown): Message {
		const entry = this.log[Number(seq) - 1];
		if (entry?.CMD !== "MSG" || entry.DELETED) throw new FakeFailure("no_such_event", "There is no such message here.");
		return entry;
	}

	/** Append an entry, and apply a change to its message. Returns the push. */
	append(entry: Omit<Message, "SEQ" | "ROOM" | "TYPE"> | Omit<LogEvent, "SEQ" | "ROOM">): LogEntry {
		const place = { ROOM: this.id, SEQ: this.log.length + 1 };
		const added: LogEntry =
			entry.CMD === "MSG" ? { ...entry, ...place, TYPE: REACH[this.about.KIND] } : { ...entry, ...place };
		this.log.push(added);
		if (isChange(added)) {
			const message = this.log[added.OF - 1] as Message;
			if (added.KIND === "edit") this.keepFormer(message);
			this.log[added.OF - 1] = changed(message, added);
		}
		return added;
	}

	/** The room as `uid` sees it. */
	seenBy(uid: Uid, people: ReadonlyMap<Uid, FakePerson>): Room {
		const READ = this.read.get(uid) ?? 0;
		const unread = this.log.slice(READ).filter(({ CMD, FROM }) => CMD === "MSG" && FROM !== uid) as Message[];
		const mentions = unread.filter(({ MENTIONS, MENTIONS_ROOM }) => MENTIONS?.includes(uid) || MENTIONS_ROOM);
		const isConversation = this.about.KIND === "direct" || this.about.KIND === "group";
		const members = [...this.members].map((UID) => ({ UID, UN: people.get(UID)?.nickname ?? UID }));
		const last = this.log.findLast((entry): entry is Message => entry.CMD === "MSG" && !entry.DELETED);
		return {
			...this.about,
			SEQ: this.log.length,
			READ,
			UNREAD: unread.length,
			MENTIONS: mentions.length,
			...(isConversation && { MEMBERS: members, ...(last && { LAST: lastOf(last) }) }),
			...(!this.isFor(uid) && { ENTERED: false }),
		};
	}

	isFor(uid: Uid): boolean {
		return this.about.KIND === "lobby" || this.members.has(uid);
	}

	private keepFormer({ SEQ, TS, EDITED = TS, MSG }: Message): void {
		this.former.set(SEQ, [...(this.former.get(SEQ) ?? []), { TS: EDITED, MSG }]);
	}
}

export interface FakePerson {
	uid: Uid;
	nickname: string;
	presence: "here" | "away" | "gone";
	seen: number;
}

/** One connection, from the server's side. */
export interface FakeSession {
	uid: Uid;
	push(push: Push | object): void;
	end(): void;
}

export class FakeServer {
	id = "fake";
	epoch = "epoch-1";
	readonly rooms = new Map<RoomId, FakeRoom>();
	readonly people = new Map<Uid, FakePerson>();
	readonly ignores = new Map<Uid, Set<Uid>>();
	readonly files = new Map<string, FileInfo>();
	/** For idempotency: the position of each SEND. */
	readonly sent = new Map<string, { ROOM: RoomId; SEQ: Seq; TS: number }>();
	readonly sessions = new Set<FakeSession>();
	/** Rooms that JOIN lists, and a page of ROOMS. */
	roomsInJoin = 500;
	roomsAPage = 500;
	/** If true, nobody can connect. */
	isDown = false;
	/** If true, answers are held back. */
	isSilent = false;
	/** Called for each request; may throw a FakeFailure as the answer. */
	onRequest: (fields: Fields) => void = () => {};
	now: () => number = () => Date.now();
	private sessionCount = 0;

	/** `latencyMs` in each direction. */
	constructor(private readonly latencyMs = 0) {
		this.room({ ROOM: "lobby", KIND: "lobby" });
	}

	room(about: Room, members: readonly Uid[] = []): FakeRoom {
		const room = new FakeRoom(about);
		for (const uid of members) room.members.add(uid);
		this.rooms.set(room.id, room);
		return room;
	}

	/** The room with that id, if that person may see it. */
	find(id: unknown, uid: Uid): FakeRoom {
		const room = this.rooms.get(String(id));
		const isSeen = room && (room.isFor(uid) || (room.about.KIND === "named" && !room.about.PRIVATE));
		if (!isSeen) throw new FakeFailure("no_such_room", "There is no such room.");
		return room;
	}

	/** The conversation of these people, who are told if it is new. */
	conversation(people: readonly Uid[]): FakeRoom {
		const members = [...new Set(people)].sort();
		const KIND = members.length > 2 ? "group" : "direct";
		const id = `${KIND[0]}-${members.join("+")}`;
		const known = this.rooms.get(id);
		if (known) return known;
		const room = this.room({ ROOM: id, KIND }, members);
		for (const session of this.sessions) this.tellRoom(session, room);
		return room;
	}

	tellRoom(session: FakeSession, room: FakeRoom): void {
		if (room.isFor(session.uid)) session.push({ CMD: "ROOM", ...room.seenBy(session.uid, this.people) });
	}

	/** Append an entry to a room, and push it to its members. */
	append(room: FakeRoom, entry: Parameters<FakeRoom["append"]>[0]): LogEntry {
		const added = room.append(entry);
		if (added.CMD === "MSG") room.read.set(added.FROM, added.SEQ);
		this.tell(room, added);
		return added;
	}

	/** Append a message. */
	say(room: FakeRoom, uid: Uid, MSG: string, more: Partial<Message> = {}): Message {
		return this.append(room, {
			CMD: "MSG",
			TS: this.now(),
			...this.by(uid),
			MSG,
			...this.meant(MSG),
			...more,
		}) as Message;
	}

	by(uid: Uid): { FROM: Uid; UN: string } {
		return { FROM: uid, UN: this.people.get(uid)?.nickname ?? uid };
	}

	/** The mentions in a text, each at its first position. */
	meant(text: string): Pick<Message, "MENTIONS" | "MENTIONS_ROOM" | "MENTION_PLACES"> {
		const find = (name: string) => text.toLowerCase().indexOf(`@${name.toLowerCase()}`);
		const place = (begin: number, name: string) => ({
			BEGIN: [...text.slice(0, begin)].length,
			LENGTH: [...name].length + 1,
		});
		const people = [...this.people.values()].flatMap(({ uid, nickname }) => {
			const name = [nickname, uid].find((each) => find(each) >= 0);
			return name === undefined ? [] : [{ UID: uid, ...place(find(name), name) }];
		});
		const everyone = find("room") < 0 ? [] : [{ ROOM: true as const, ...place(find("room"), "room") }];
		return {
			...(people.length && { MENTIONS: people.map(({ UID }) => UID) }),
			...(everyone.length && { MENTIONS_ROOM: true }),
			...(people.length + everyone.length && { MENTION_PLACES: [...people, ...everyone] }),
		};
	}

	tell(room: FakeRoom, push: Push | object): void {
		for (const session of this.sessions) if (room.isFor(session.uid)) session.push(push);
	}

	/** Change a person's presence. */
	set(uid: Uid, nickname: string, presence: FakePerson["presence"]): void {
		const before = this.people.get(uid)?.presence ?? "gone";
		this.people.set(uid, { uid, nickname, presence, seen: this.now() });
		const TYPE = presence === "here" ? (before === "away" ? "BACK" : "JOINED") : presence === "away" ? "AWAY" : "LEFT";
		if (before === presence) return;
		for (const session of this.sessions)
			if (session.uid !== uid) session.push({ CMD: "PEER", TYPE, UID: uid, UN: nickname });
	}

	/** Simulate a restore: all connections are closed, and a room's log is cut to `entries`. */
	restore(room: FakeRoom, entries: number): void {
		this.breakAll();
		this.epoch += "+";
		room.log.length = entries;
		room.about = { ...room.about, EPOCH_SEQ: entries };
		this.sent.clear();
	}

	/** Close all connections. */
	breakAll(): void {
		for (const session of [...this.sessions]) session.end();
	}

	connect(): Socket {
		const socket: Socket = { onopen: null, onmessage: null, onclose: null, send: () => {}, close: () => {} };
		const later = (what: () => void) => setTimeout(what, this.latencyMs);
		let session: FakeSession | null = null;
		let isOpen = false;
		const end = (): void => {
			if (session) this.sessions.delete(session);
			if (isOpen) later(() => socket.onclose?.(new CloseEvent("close")));
			isOpen = false;
		};
		const push = (frame: object): void => {
			if (!isOpen) return;
			const data = JSON.stringify(frame); // serialized now, because it may change before delivery
			later(() => socket.onmessage?.(new MessageEvent("message", { data })));
		};
		socket.send = (data) => {
			if (isOpen) later(() => receive(JSON.parse(data)));
		};
		socket.close = () => later(end);
		const receive = (fields: Fields): void => {
			if (!isOpen || this.isSilent) return;
			if (fields.CMD === "PING") push({ CMD: "PONG" });
			else if (fields.CMD === "JOIN") session = this.join(fields, push, end) ?? session;
			else if (fields.CMD === "REGISTER") push({ CMD: "ACK", TYPE: "OKAY", RE: fields.ID });
			else if (fields.CMD === "LEAVE") end();
			else if (session && fields.CMD !== "PONG") this.answer(session, fields);
		};
		later(() => {
			isOpen = !this.isDown;
			if (isOpen) socket.onopen?.(new Event("open"));
			else socket.onclose?.(new CloseEvent("close"));
		});
		return socket;
	}

	private join(fields: Fields, push: FakeSession["push"], end: () => void): FakeSession | null {
		try {
			this.onRequest(fields);
		} catch (failure) {
			push(failed(fields, failure as FakeFailure));
			return null;
		}
		const uid = String(fields.UID);
		const session = { uid, push, end };
		const lobby = this.rooms.get("lobby");
		if (!this.people.has(uid)) lobby?.read.set(uid, lobby.log.length);
		this.set(uid, String(fields.UN), "here");
		this.sessions.add(session);
		push({ CMD: "ACK", TYPE: "OKAY", RE: fields.ID, DATA: this.welcome(uid, fields.TOKEN ?? "token") });
		return session;
	}

	/** A person's rooms, the lobby first, then the most recently active. */
	own(uid: Uid): Room[] {
		const own = [...this.rooms.values()].filter((room) => room.isFor(uid));
		const age = (room: FakeRoom) => (room.id === "lobby" ? Number.POSITIVE_INFINITY : (room.log.at(-1)?.TS ?? 0));
		return own.sort((one, other) => age(other) - age(one)).map((room) => room.seenBy(uid, this.people));
	}

	private welcome(uid: Uid, TOKEN: unknown): object {
		const own = this.own(uid);
		const here = [...this.people.values()].filter(({ presence }) => presence !== "gone");
		return {
			V: 2,
			SESSION: `session-${++this.sessionCount}`,
			SERVER: { ID: this.id, NAME: "Demo", VERSION: "0", EPOCH: this.epoch, POLICY: "open" },
			LIMITS: USUAL_LIMITS,
			FEATURES: ["history", "safe_retry", "resume", "rooms", "search", "accounts", "files"],
			ROLE: this.rooms.get("lobby")?.about.ROLE ?? "member",
			ROOMS: own.slice(0, this.roomsInJoin),
			...(own.length > this.roomsInJoin && { MORE_ROOMS: true }),
			PEERS: here.map(({ uid: UID, nickname: UN }): Peer => ({ UID, UN })),
			AWAY: here.filter(({ presence }) => presence === "away").map((person) => person.uid),
			IGNORES: [...(this.ignores.get(uid) ?? [])],
			TOKEN,
			DEVICE: 1,
		};
	}

	private answer(session: FakeSession, fields: Fields): void {
		try {
			this.onRequest(fields);
			const handler = FAKE_HANDLERS[fields.CMD];
			if (!handler) throw new FakeFailure("unknown_command", `This server has no ${fields.CMD}.`);
			const DATA = handler(this, session, fields);
			session.push({ CMD: "ACK", TYPE: "OKAY", RE: fields.ID, DATA });
		} catch (failure) {
			if (!(failure instanceof FakeFailure)) throw failure;
			session.push(failed(fields, failure));
		}
	}
}

const failed = ({ ID }: Fields, { code, message, retry }: FakeFailure): object => ({
	CMD: "ACK",
	TYPE: "FAIL",
	RE: ID,
	CODE: code,
	TEXT: message,
	...(retry !== undefined && { RETRY: retry }),
});
