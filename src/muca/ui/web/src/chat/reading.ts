/** Reading a room's log from the server: its ends, the stretch around a place, single messages, and what was missed. */

import { type Signal, signal } from "@preact/signals";
import { text } from "../text";
import type { Page, Seq } from "../wire/words";
import { Refusal, type Row } from "./chat";
import { Log, type Query } from "./log";
import { seqOf } from "./rows";

/** What is read at first; who reads on gets as much at once as the server gives. */
const PAGE_EVENTS = 100;
/** Pages that are read in a row for one more line: some hold nothing but reactions. */
const PAGES_MAX = 5;
/** Who has missed more begins anew. */
const MISSED_MAX = 1_000;

type End = "older" | "newer";

export interface ReadingOutside {
	/** Ask for a page of HISTORY; rejects with a `Refusal`. */
	ask(query: Query, limit: number): Promise<Page>;
	/** A page is in the log. */
	heard(page: Page): void;
	/** Show what the log has now, and give it. */
	show(): readonly Row[];
	/** The log has changed. */
	changed(): void;
	readonly isJoined: boolean;
	/** “New” stands behind this SEQ; null: nowhere. */
	readonly newAfter: Seq | null;
	/** Events that the server puts on a page at most. */
	readonly pageMax: number;
}

export class Reading {
	readonly log: Log;
	readonly loading: Signal<End | "around" | null> = signal(null);
	readonly trouble: Signal<string | null> = signal(null);
	/** Messages that the server does not have. */
	private readonly gone = new Set<Seq>();
	private readonly single = new Set<Seq>();
	private queue: Promise<unknown> = Promise.resolve();
	private catchingUp = false;

	constructor(
		private readonly outside: ReadingOutside,
		head: Seq,
	) {
		this.log = new Log(head);
	}

	/** Show what comes after this SEQ, with something of what is before; null: the newest end. `trouble` tells if that is not possible. */
	begin(after: Seq | null): void {
		void (after === null ? this.jumpToNewest() : this.jumpBehind(after)).catch(() => {});
	}

	/** Gives the key of the first line after it. */
	jumpBehind(after: Seq): Promise<string> {
		return this.jump(async () => {
			const { log } = this;
			if (log.covers(Math.max(after, 1)) && log.covers(after + 1)) return after + 1;
			const isNear = log.head - after < PAGE_EVENTS / 2;
			const { EVENTS } = await this.read(isNear ? {} : { AROUND: after + 1 });
			return log.covers(after + 1) ? after + 1 : (EVENTS[0]?.SEQ ?? log.head);
		});
	}

	isGone(seq: Seq): boolean {
		return this.gone.has(seq) || (this.log.covers(seq) && this.log.message(seq) === null);
	}

	/** Read on at an end, until there is a line more. */
	async loadOn(end: End): Promise<void> {
		const isMore = () => (end === "older" ? this.log.hasOlder : this.log.hasNewer);
		if (this.loading.peek() !== null || !isMore()) return;
		await this.busy(end, async () => {
			this.log.leanTo(end);
			const before = lastAt(end, this.outside.show());
			for (let pages = 0; pages < PAGES_MAX && isMore(); pages++) {
				await this.read(end === "older" ? this.log.older : this.log.newer, this.outside.pageMax);
				if (lastAt(end, this.outside.show()) !== before) return;
			}
		});
	}

	jumpTo(seq: Seq): Promise<string> {
		return this.jump(async () => {
			if (this.log.covers(seq)) return seq;
			const { EVENTS } = await this.read({ AROUND: seq });
			const nearest = this.log.covers(seq) ? seq : EVENTS[0]?.SEQ;
			if (nearest === undefined) throw new Refusal("no_such_event", text.peek().chat.gone);
			return nearest;
		});
	}

	jumpToDate(ms: number): Promise<string> {
		return this.jump(async () => (await this.read({ AT: ms })).EVENTS[0]?.SEQ ?? this.log.head);
	}

	async jumpToNewest(): Promise<void> {
		await this.jump(async () => {
			if (!this.log.showNewest(PAGE_EVENTS / 2)) await this.readNewest();
			return this.log.head;
		});
	}

	/** Read one message, for a quote or because it is doubtful. */
	async readOne(seq: Seq): Promise<void> {
		if (this.single.has(seq) || !this.outside.isJoined) return;
		this.single.add(seq);
		try {
			await this.read({ AROUND: seq }, 1);
			if (!this.log.covers(seq)) this.gone.add(seq);
		} catch {
			this.log.doubtful.delete(seq);
			if (this.outside.isJoined) this.gone.add(seq);
		} finally {
			this.single.delete(seq);
			this.outside.changed();
		}
	}

	/** Read what was missed. `check`: a page even if nothing was, to see that it is the same log. */
	async catchUp(check = false): Promise<void> {
		if (this.catchingUp) return;
		this.catchingUp = true;
		try {
			for (let first = check; first || this.log.missed > 0; first = false) {
				if (this.log.missed > MISSED_MAX) await this.beginAnew();
				else await this.read(this.log.sinceHeard, this.outside.pageMax);
				this.outside.changed();
			}
		} catch {
			// The connection is gone: the next session catches up.
		} finally {
			this.catchingUp = false;
		}
	}

	/** The log was set back to this newest SEQ: read it anew, about where one is. */
	async restart(head: Seq): Promise<void> {
		this.gone.clear();
		if (this.log.isEmpty) this.log.clear(head);
		else {
			this.log.head = head;
			await this.beginAnew().catch(() => {}); // then the next session does
		}
		this.outside.changed();
	}

	private async beginAnew(): Promise<void> {
		const { shown, wasNewest, head } = this.log;
		const { newAfter } = this.outside;
		const firstNew = newAfter === null ? undefined : newAfter + 1;
		const place = wasNewest ? firstNew : shown[Math.floor(shown.length / 2)]?.seq;
		this.log.clear(head);
		if (place === undefined) await this.readNewest();
		else this.log.show((await this.read({ AROUND: Math.min(place, head) })).EVENTS[0]?.SEQ ?? place);
	}

	private async readNewest(): Promise<Page> {
		const page = await this.read({});
		this.log.showNewest(0);
		return page;
	}

	private async read(query: Query, limit = PAGE_EVENTS): Promise<Page> {
		const asking = this.log.ask(query);
		const page = await this.outside.ask(query, limit).catch((refusal) => {
			this.log.drop(asking);
			throw refusal;
		});
		if (!this.log.take(asking, page) && this.log.isEmpty) return this.readNewest();
		this.outside.heard(page);
		return page;
	}

	/** Show the stretch that `find` has made sure of; gives the key of the line there. */
	private jump(find: () => Promise<Seq>): Promise<string> {
		return this.busy("around", async () => {
			const wanted = await find();
			this.log.show(wanted);
			const rows = this.outside.show().filter(isLine);
			const isThere = (row: Row) => (seqOf(row) ?? Number.POSITIVE_INFINITY) >= wanted; // what is being sent comes last
			return (rows.find(isThere) ?? rows.at(-1))?.key ?? "";
		});
	}

	/** Read one after the other, and tell how it goes. */
	private busy<T>(what: End | "around", read: () => Promise<T>): Promise<T> {
		const done = this.queue.then(async () => {
			this.loading.value = what;
			try {
				const result = await read();
				this.trouble.value = null;
				return result;
			} catch (error) {
				if (error instanceof Refusal) this.trouble.value = error.message;
				throw error;
			} finally {
				this.loading.value = null;
			}
		});
		this.queue = done.catch(() => {});
		return done;
	}
}

const isLine = (row: Row): boolean => row.is === "message" || row.is === "notice";

const lastAt = (end: End, rows: readonly Row[]): string | undefined =>
	(end === "older" ? rows.find(isLine) : rows.findLast(isLine))?.key;
