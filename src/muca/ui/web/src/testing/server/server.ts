/**
 * A small v2 server in memory, for tests and for the demo (`?demo` in development). Like the real one, it has a log per room and
 * a state per message.
 */

import { USUAL_LIMITS } from "../../wire/limits";
import type { Socket } from "../../wire/socket";
import type { Uid } from "../../wire/words";
import { ACCOUNTS } from "./accounts";
import { FakeFailure } from "./failure";
import type { Fields } from "./handler";
import { MESSAGES } from "./messages";
import type { FakeRoom } from "./room";
import { ROOMS } from "./rooms";
import { type FakeSession, FakeState } from "./state";

const REQUESTS = { ...MESSAGES, ...ROOMS, ...ACCOUNTS };

export class FakeServer extends FakeState {
	id = "fake";
	epoch = "epoch-1";
	/** If true, nobody can connect. */
	isDown = false;
	/** If true, answers are held back. */
	isSilent = false;
	/** Called for each request; may throw a FakeFailure as the answer. */
	onRequest: (fields: Fields) => void = () => {};
	private sessionCount = 0;

	/** `latencyMs` in each direction. */
	constructor(private readonly latencyMs = 0) {
		super();
		this.room({ ROOM: "lobby", KIND: "lobby" });
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

	private welcome(uid: Uid, TOKEN: unknown): object {
		const own = this.own(uid);
		const { NEXT, ...listed } = this.peers(0);
		return {
			V: 2,
			SESSION: `session-${++this.sessionCount}`,
			SERVER: { ID: this.id, NAME: "Demo", VERSION: "0", EPOCH: this.epoch, POLICY: "open" },
			LIMITS: USUAL_LIMITS,
			FEATURES: ["history", "safe_retry", "resume", "rooms", "search", "accounts", "files"],
			ROLE: this.rooms.get("lobby")?.about.ROLE ?? "member",
			ROOMS: own.slice(0, this.roomsInJoin),
			...(own.length > this.roomsInJoin && { MORE_ROOMS: true }),
			...listed,
			...(NEXT !== undefined && { PEERS_NEXT: NEXT }),
			IGNORES: [...(this.ignores.get(uid) ?? [])],
			TOKEN,
			DEVICE: 1,
		};
	}

	private answer(session: FakeSession, fields: Fields): void {
		try {
			this.onRequest(fields);
			const handler = REQUESTS[fields.CMD];
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
