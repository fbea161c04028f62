/** What the simulated server stores, and whom it tells. */

import type { Answers, FileInfo, LogEntry, Message, Push, Room, RoomId, Seq, Uid } from "../../wire/words";
import { FakeFailure } from "./failure";
import { type FakePerson, FakeRoom, shownTo } from "./room";

/** One connection, from the server's side. */
export interface FakeSession {
	uid: Uid;
	push(push: Push | object): void;
	end(): void;
}

export class FakeState {
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
	/** People online that JOIN lists, and a page of PEERS. */
	peersAPage = 500;
	now: () => number = () => Date.now();

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
		for (const session of this.sessions) if (room.isFor(session.uid)) session.push(shownTo(session.uid, push));
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

	/** Some people who are online; AFTER: how many come before them. */
	peers(AFTER: number): Answers["PEERS"] {
		const here = [...this.people.values()].filter(({ presence }) => presence !== "gone");
		const listed = here.slice(AFTER, AFTER + this.peersAPage);
		const NEXT = AFTER + listed.length;
		return {
			PEERS: listed.map(({ uid: UID, nickname: UN }) => ({ UID, UN })),
			AWAY: listed.filter(({ presence }) => presence === "away").map((person) => person.uid),
			...(NEXT < here.length && { NEXT }),
		};
	}

	/** A person's rooms, the lobby first, then the most recently active. */
	own(uid: Uid): Room[] {
		const own = [...this.rooms.values()].filter((room) => room.isFor(uid));
		const age = (room: FakeRoom) => (room.id === "lobby" ? Number.POSITIVE_INFINITY : (room.log.at(-1)?.TS ?? 0));
		return own.sort((one, other) => age(other) - age(one)).map((room) => room.seenBy(uid, this.people));
	}
}
