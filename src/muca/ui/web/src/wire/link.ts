/**
 * The link: makes all decisions about the connection, without I/O. Events are passed in with the time (ms), and actions go out
 * through `Outside` immediately. The driver calls `tick` at `wakeAt`.
 *
 * out ─start→ connecting ─opened→ joining ─OKAY→ joined ─lost→ waiting ─retryAt→ connecting …
 * Each state returns to `out` after `leave`, a refused JOIN, or a BYE that forbids reconnecting.
 */

import { Backoff } from "./backoff";
import type { Bye, Fail, Joined, Okay, Push } from "./words";

/** Time for opening a connection, and for the answer to JOIN. */
const JOIN_MS = 10_000;
/** Time for a server to prove that it is alive, if that is doubtful. */
const PROBE_MS = 5_000;
/** Time for a living server to answer requests, and the time after an answer to an unreadable one. */
const ANSWER_MS = 30_000;
const UNREAD_MS = 2_000;
/** A session that lasted this long was stable, so the delays start over. */
const HELD_MS = 30_000;
/** Temporary refusals of a JOIN. */
const PASSING = new Set(["uid_in_use", "slow_down", "storage_unavailable", "storage_unreadable"]);

/**
 * The fields of JOIN that do not depend on the connection. `register`: send REGISTER first, with this invitation code; with a
 * TOKEN, it sets the account's first password, and JOIN needs none.
 */
export interface Login {
	UID: string;
	/** Optional with a password: the account keeps its nickname. */
	UN?: string;
	TOKEN?: string;
	PASSWORD?: string;
	/** From a HANDOVER: the account accepts this TOKEN. */
	CODE?: string;
	DEVICE?: string;
	register?: { CODE?: string };
}
/** The fields of the next JOIN, after a successful one. */
export type LoginAgain = Login & { UN: string };

/** Why there is no session. `renaming`: the session is being resumed under another nickname. */
type Reason = "offline" | "unreachable" | "closed" | "renaming";

export type Status =
	| { is: "out"; ended: Fail | Bye | null }
	/** `reason` null: no error so far. */
	| { is: "connecting" | "joining"; again: boolean; reason: Reason | null; said: string | null }
	| { is: "joined" }
	/** `again`: there was a session before. `said`: the server's last text. */
	| { is: "waiting"; retryAt: number; again: boolean; reason: Reason; said: string | null };

/** The answer to a request. A Fail with the code `unreachable`, `offline` or `no_answer` comes from the link itself. */
export type Answer = Okay | Fail;

export interface Outside {
	/** Open a connection. The previous one is ignored from now on, and stays open until `close` or `joined`. */
	connect(): void;
	write(frame: string): void;
	/** Close all connections. */
	close(): void;
	/** A session is up. */
	joined(data: Joined, login: LoginAgain): void;
	pushed(push: Push): void;
	/** `status` has changed. */
	changed(): void;
}

interface Asked {
	frame: string;
	/** When it was or will be sent. */
	at: number;
	/** Whether it waits for a connection, and is repeated on the next one until it is answered. */
	lasting: boolean;
	answered: (answer: Answer) => void;
}

export class Link {
	status: Status = { is: "out", ended: null };
	/** The time of the next `tick`. */
	wakeAt: number | null = null;
	private login: Login | null = null;
	private session: string | null = null;
	/** The server's epoch at the last JOIN, to which the SEQs in requests belong. */
	private epoch: string | undefined;
	private registering = false;
	private renaming: { former: Login; answered: (answer: Answer) => void } | null = null;
	private online = true;
	private joinedAt = 0;
	private pingMs = 20_000;
	private pingedAt: number | null = null;
	private heardAt = 0;
	/** When the server will have been silent for too long. */
	private quietAt = 0;
	/** The deadline for requests that were sent before a time, and the answer if it passes. */
	private due: { by: number; before: number; otherwise: Fail } | null = null;
	private count = 0;
	private readonly asked = new Map<string, Asked>();
	private readonly backoff: Backoff;

	/** `prefix`: the random prefix of this page's request IDs. */
	constructor(
		private readonly outside: Outside,
		private readonly prefix: string,
		chance: () => number,
	) {
		this.backoff = new Backoff(chance);
	}

	// Actions of the user

	/** `again`: nobody waits for the answer, and temporary refusals are retried. `epoch`: the epoch of the stored data. */
	start(
		login: Login,
		now: number,
		{ again = false, epoch }: { again?: boolean; epoch?: string | undefined } = {},
	): void {
		this.login = login;
		this.session = null;
		this.epoch = epoch;
		this.registering = login.register !== undefined;
		this.backoff.reset();
		this.connect({ again, reason: null, said: null }, now);
	}

	leave(): void {
		if (this.status.is === "joined") this.write({ CMD: "LEAVE" });
		this.end(null);
	}

	/** Reconnect now. During a session: check whether the server is alive. */
	retryNow(now: number): void {
		this.backoff.reset();
		if (this.status.is === "waiting") this.connect(this.status, now);
		else if (this.status.is === "joined") this.probe(now);
	}

	/** Change the nickname: a new connection resumes the session with it. */
	rename(nickname: string, answered: (answer: Answer) => void, now: number): void {
		if (this.status.is !== "joined" || !this.login) {
			answered(refusal("offline"));
			return;
		}
		this.lose("closed");
		this.renaming = { former: this.login, answered };
		this.login = { ...this.login, UN: nickname };
		this.connect({ again: true, reason: "renaming", said: null }, now);
	}

	/** Send a request; `answered` is called once. A fixed `id` makes a SEND safe to repeat. */
	ask(
		fields: { CMD: string } & Record<string, unknown>,
		answered: (answer: Answer) => void,
		now: number,
		{ id = `${this.prefix}-${++this.count}`, lasting = false } = {},
	): void {
		if (this.status.is !== "joined" && (!lasting || this.status.is === "out")) {
			answered(refusal("offline"));
			return;
		}
		this.asked.set(id, { frame: frameOf({ ...fields, ID: id }), at: now, lasting, answered });
		if (this.status.is === "joined") this.writeAsked(id, now);
	}

	/** Send a request without an answer, if connected. */
	say(fields: { CMD: string } & Record<string, unknown>): void {
		if (this.status.is === "joined") this.write(fields);
	}

	// Events

	opened(now: number): void {
		if (this.status.is !== "connecting" || !this.login) return;
		this.become({ ...this.status, is: "joining" });
		this.wakeAt = now + JOIN_MS;
		if (this.registering) this.register(this.login);
		else this.join(this.login);
	}

	received(text: string, now: number): void {
		this.heardAt = now;
		this.pingedAt = null;
		const frame = parse(text);
		if (frame.CMD === "PONG") this.giveUp(now);
		else if (frame.CMD === "ACK") this.hearAnswer(frame, now);
		else if (frame.CMD === "PING") this.write({ CMD: "PONG" });
		else if (frame.CMD === "BYE") this.hearBye(frame, now);
		else if (this.status.is === "joined") this.outside.pushed(frame as Push);
		if (this.status.is === "joined") this.watch();
	}

	/** The connection is lost, or could not be opened. */
	lost(now: number): void {
		if (this.status.is === "connecting" || this.status.is === "joining")
			this.wait("unreachable", this.status.said, now);
		else if (this.status.is === "joined") this.wait("closed", null, now);
	}

	/** The browser reports whether it is online. */
	setOnline(online: boolean, now: number): void {
		this.online = online;
		if (online) this.retryNow(now);
		else if (this.status.is === "joined") this.probe(now);
		else if (this.status.is === "waiting") this.wait("offline", this.status.said, now);
	}

	tick(now: number): void {
		if (this.wakeAt === null || now < this.wakeAt) return;
		if (this.status.is === "waiting") this.connect(this.status, now);
		else if (this.status.is === "connecting" || this.status.is === "joining") this.wait("unreachable", null, now);
		else if (this.status.is === "joined" && this.pingedAt !== null && now >= this.quietAt)
			this.wait("closed", null, now);
		else if (this.status.is === "joined") this.ping(now, this.pingMs);
	}

	// Inside

	private connect(
		{ again, reason, said }: Pick<Status & { is: "connecting" }, "again" | "reason" | "said">,
		now: number,
	): void {
		this.wakeAt = now + JOIN_MS;
		this.become({ is: "connecting", again, reason, said });
		this.outside.connect();
	}

	private register({ UID, UN, PASSWORD, TOKEN, register }: Login): void {
		this.write({ CMD: "REGISTER", UID, UN, PASSWORD, TOKEN, ...register, ID: "register" });
	}

	private join({ register: _, PASSWORD, ...fields }: Login): void {
		const secret = fields.TOKEN === undefined ? { PASSWORD } : {};
		this.write({ CMD: "JOIN", V: 2, ...fields, ...secret, ...(this.session && { SESSION: this.session }), ID: "join" });
	}

	private hearAnswer(answer: Answer, now: number): void {
		if (this.status.is === "joining" && this.login) {
			const { RE = this.registering ? "register" : "join" } = answer;
			if (RE === "register") this.hearRegistered(answer, this.login);
			else if (RE === "join" && answer.TYPE === "OKAY") this.hearJoined(answer.DATA as Joined, this.login, now);
			else if (RE === "join" && answer.TYPE === "FAIL") this.hearRefused(answer, now);
			return;
		}
		if (answer.RE === undefined && answer.TYPE === "FAIL") {
			this.due = { by: now + UNREAD_MS, before: now, otherwise: answer };
			return;
		}
		const asked = this.asked.get(answer.RE ?? "");
		this.asked.delete(answer.RE ?? "");
		if (this.due?.otherwise.CODE === "no_answer") this.expectAnswers(now);
		asked?.answered(answer);
	}

	private writeAsked(id: string, now: number): void {
		const asked = this.asked.get(id);
		if (!asked) return;
		asked.at = now;
		this.outside.write(asked.frame);
		if (this.due === null) this.expectAnswers(now);
	}

	private expectAnswers(now: number): void {
		this.due = this.asked.size ? { by: now + ANSWER_MS, before: now, otherwise: refusal("no_answer") } : null;
		this.watch();
	}

	/** The server is alive but has not answered in time, so it never will. */
	private giveUp(now: number): void {
		if (this.due === null || now < this.due.by) return;
		const { before, otherwise } = this.due;
		for (const [id, asked] of [...this.asked]) {
			if (asked.at > before) continue;
			this.asked.delete(id);
			asked.answered(otherwise);
		}
		this.expectAnswers(now);
	}

	private hearRegistered(answer: Answer, login: Login): void {
		if (answer.TYPE === "FAIL") {
			this.end(answer);
		} else {
			this.registering = false;
			this.join(login);
		}
	}

	private hearJoined(data: Joined, { PASSWORD: _, CODE: __, register: ___, ...login }: Login, now: number): void {
		const UID = data.UID ?? login.UID;
		const UN = login.UN ?? data.PEERS.find((peer) => peer.UID === UID)?.UN ?? UID;
		const next = { ...login, UID, UN, ...(data.TOKEN && { TOKEN: data.TOKEN }) };
		this.login = next;
		this.session = data.SESSION;
		if (isAnotherEpoch(this.epoch, data.SERVER.EPOCH)) this.refuseAll();
		this.epoch = data.SERVER.EPOCH;
		this.pingMs = data.LIMITS.PING_SECONDS * 1000;
		this.joinedAt = now;
		this.become({ is: "joined" });
		this.outside.joined(data, next);
		this.renamed({ CMD: "ACK", TYPE: "OKAY" });
		for (const id of [...this.asked.keys()]) this.writeAsked(id, now);
	}

	/** At the first JOIN the user decides; later ones are retried if that helps. */
	private hearRefused(fail: Fail, now: number): void {
		const passes = PASSING.has(fail.CODE) || fail.RETRY !== undefined;
		const again = this.status.is === "joining" && this.status.again;
		if (this.renamed(fail)) this.connect({ again: true, reason: "renaming", said: null }, now);
		else if (again && passes) this.wait("closed", fail.TEXT, now, (fail.RETRY ?? 0) * 1000);
		else this.end(fail);
	}

	private renamed(answer: Answer): boolean {
		const { renaming } = this;
		if (!renaming) return false;
		this.renaming = null;
		if (this.login && answer.TYPE === "FAIL") this.login = renaming.former;
		renaming.answered(answer);
		return true;
	}

	private hearBye(bye: Bye, now: number): void {
		if (this.status.is === "out") return;
		if (bye.RESUME) this.wait("closed", bye.TEXT, now);
		else this.end(bye);
	}

	/** Check whether the server is alive, after sleep or a change of network. */
	private probe(now: number): void {
		if (this.pingedAt === null) this.ping(now, PROBE_MS);
	}

	private ping(now: number, patienceMs: number): void {
		this.pingedAt = now;
		this.quietAt = this.wakeAt = now + patienceMs;
		this.write({ CMD: "PING" });
	}

	private watch(): void {
		if (this.pingedAt !== null) return;
		this.quietAt = this.heardAt + this.pingMs;
		this.wakeAt = Math.min(this.quietAt, this.due?.by ?? Number.POSITIVE_INFINITY);
	}

	private wait(reason: "offline" | "unreachable" | "closed", said: string | null, now: number, leastMs = 0): void {
		const again = this.status.is === "joined" || (this.status.is !== "out" && this.status.again);
		if (this.status.is === "joined" && now - this.joinedAt >= HELD_MS) this.backoff.reset();
		const why = this.online ? reason : "offline";
		this.outside.close();
		this.lose(why);
		const retryAt = now + Math.max(this.backoff.next(), leastMs);
		this.wakeAt = retryAt;
		this.become({ is: "waiting", retryAt, again, reason: why, said });
	}

	/** Fail requests that must not be repeated. */
	private lose(reason: Reason): void {
		const unreachable = refusal(reason === "offline" ? "offline" : "unreachable");
		this.pingedAt = null;
		this.due = null;
		this.renamed(unreachable);
		for (const [id, asked] of [...this.asked]) {
			if (asked.lasting) continue;
			this.asked.delete(id);
			asked.answered(unreachable);
		}
	}

	private end(ended: Fail | Bye | null): void {
		this.wakeAt = null;
		this.pingedAt = null;
		this.due = null;
		this.login = null;
		this.session = null;
		this.outside.close();
		this.become({ is: "out", ended });
		this.renamed(refusal("unreachable"));
		this.refuseAll();
	}

	private refuseAll(): void {
		const asked = [...this.asked.values()];
		this.asked.clear();
		for (const { answered } of asked) answered(refusal("unreachable"));
	}

	private become(status: Status): void {
		this.status = status;
		this.outside.changed();
	}

	private write(fields: object): void {
		this.outside.write(frameOf(fields));
	}
}

/** Whether the server was restored, so that SEQs refer to other events. Servers of older versions do not report it. */
export const isAnotherEpoch = (before: string | undefined, now: string | undefined): boolean =>
	before !== undefined && now !== undefined && before !== now;

/** Replaces half surrogate pairs, as from cutting an emoji, which the server could not read. */
const frameOf = (fields: object): string =>
	JSON.stringify(fields, (_, value) =>
		typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\uFFFD") : value,
	);

/** Parses a frame; invalid ones are ignored. */
function parse(text: string): Okay | Fail | Bye | Push | { CMD: "PONG" | "PING" | undefined } {
	try {
		return JSON.parse(text) ?? { CMD: undefined };
	} catch {
		return { CMD: undefined };
	}
}

const refusal = (CODE: "offline" | "unreachable" | "no_answer"): Fail => ({ CMD: "ACK", TYPE: "FAIL", CODE, TEXT: "" });
