/** Loads a room's log from the server: its ends, the section around a position, single messages, and missed entries. */

import { type Signal, signal } from "@preact/signals";
import { text } from "../text";
import type { Page, Seq } from "../wire/words";
import { Refusal, type Row } from "./chat";
import { Log, type Query } from "./log";
import { refusal } from "./refusal";
import { seqOf } from "./rows";

/** Size of the first page; later pages have the server's maximum. */
const PAGE_EVENTS = 100;
/** Pages to load in a row for one more row, because some have only reactions. */
const PAGES_MAX = 5;
/** If more entries were missed, the log is loaded from the start. */
const MISSED_MAX = 1_000;

type End = "older" | "newer";

interface ReadingOutside {
	/** Request a page of HISTORY; rejects with a `Refusal`. */
	ask(query: Query, limit: number): Promise<Page>;
	/** A page was added to the log. */
	heard(page: Page): void;
	/** Update the rows, and return them. */
	show(): readonly Row[];
	/** The log has changed. */
	changed(): void;
	readonly isJoined: boolean;
	/** “New” is shown after this SEQ; null: nowhere. */
	readonly newAfter: Seq | null;
	/** The server's maximum of events per page. */
	readonly pageMax: number;
}

export class Reading {
	readonly log: Log;
	readonly loading: Signal<End | "around" | null> = signal(null);
	readonly trouble: Signal<string | null> = signal(null);
	/** Messages that no longer exist. */
	private readonly gone = new Set<Seq>();
	private readonly single = new Set<Seq>();
	private queue: Promise<unknown> = Promise.resolve();
	private catchingUp = false;
	private isOver = false;

	constructor(
		private readonly outside: ReadingOutside,
		head: Seq,
	) {
		this.log = new Log(head);
	}

	/** Let go of the log; pending pages are not added. */
	end(): void {
		this.isOver = true;
		this.log.clear(this.log.head);
	}

	/** Show the entries after this SEQ, with some before it; null: the newest. Errors are in `trouble`. */
	begin(after: Seq | null): void {
		void (after === null ? this.jumpToNewest() : this.jumpBehind(after)).catch(() => {});
	}

	/** Resolves to the key of the first row after it. */
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

	/** Load more at one end, until there is another row. */
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

	/** Load one message, for a quote or because it is doubtful. */
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

	/** Load missed entries. `check`: load a page even if nothing was missed, to verify the log. */
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

	/** The log was set back to this newest SEQ: load it again, near the current position. */
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
		this.checkInUse();
		const asking = this.log.ask(query);
		const page = await this.outside.ask(query, limit).catch((failure) => {
			this.log.drop(asking);
			throw failure;
		});
		this.checkInUse();
		if (!this.log.take(asking, page) && this.log.isEmpty) return this.readNewest();
		this.outside.heard(page);
		return page;
	}

	private checkInUse(): void {
		if (this.isOver) throw refusal("cancelled");
	}

	/** Show the section that `find` has loaded; resolves to the key of the target row. */
	private jump(find: () => Promise<Seq>): Promise<string> {
		return this.busy("around", async () => {
			const wanted = await find();
			this.log.show(wanted);
			const rows = this.outside.show().filter(isLine);
			const isThere = (row: Row) => (seqOf(row) ?? Number.POSITIVE_INFINITY) >= wanted; // unsent messages are last
			return (rows.find(isThere) ?? rows.at(-1))?.key ?? "";
		});
	}

	/** Run one load at a time, and report its progress. */
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
