/** Requests about rooms and their members. */

import type { Uid } from "../../wire/words";
import { type Handlers, place } from "./handler";
import type { FakeRoom } from "./room";
import type { FakeState } from "./state";

export const ROOMS: Handlers = {
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
};

/** An event about a person. */
function about(server: FakeState, room: FakeRoom, uid: Uid, KIND: string, UID: unknown, more: object = {}): unknown {
	const event = { CMD: "EVENT", KIND, TS: server.now(), ...server.by(uid), UID: String(UID), ...more } as const;
	return place(server.append(room, event));
}
