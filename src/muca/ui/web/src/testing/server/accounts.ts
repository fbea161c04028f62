/** Requests about accounts, and those of moderators and the owner, with fixed answers. */

import type { Uid } from "../../wire/words";
import type { Handlers } from "./handler";
import type { FakeSession, FakeState } from "./state";

export const ACCOUNTS: Handlers = {
	AWAY(server, { uid }, { AWAY = true }) {
		server.set(uid, server.by(uid).UN, AWAY ? "away" : "here");
		return {};
	},

	PEERS: (server, _, { AFTER = 0 }) => server.peers(Number(AFTER)),
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

function ignore(server: FakeState, session: FakeSession, uid: Uid, put: boolean): object {
	const ignored = server.ignores.get(session.uid) ?? new Set();
	if (put) ignored.add(uid);
	else ignored.delete(uid);
	server.ignores.set(session.uid, ignored);
	session.push({ CMD: "IGNORES", UIDS: [...ignored] });
	return {};
}
