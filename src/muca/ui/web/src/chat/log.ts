/**
 * The known part of a room's log: contiguous sections of SEQs, from pages and pushes in any order and with repetitions.
 *
 * A page has messages in their state at that time; the changes that led to it are in the log, too. To apply each change exactly
 * once:
 * - `asOf` of a message is a SEQ up to which its base (the server's last version of it) certainly includes all changes: the
 *   newest SEQ when the page was requested, or the last SEQ in it.
 * - Later changes are stored with the message and applied to the base in order of SEQ, whenever they arrive.
 * - The page may be newer than that and include some of them. Applying changes again, in order and completely, gives the same
 *   result. The only exception (reactions with more people than are listed) is in `doubtful`, to be loaded again.
 * - Changes that arrive while a page is pending are stored until it arrives.
 */

import type { LogEntry, Message, Page, Seq } from "../wire/words";
import type { LogCopy } from "./cache";
import { type Change, isChange } from "./changes";
import { Held } from "./held";

/** Maximum entries of the shown section; more are dropped at the end that is not being read. */
export const SHOWN_MAX = 1_200;
/** Maximum entries of the newest section while another one is shown. */
export const TAIL_MAX = 200;
/** Maximum entries in total. */
export const HELD_MAX = 3_000;

/** The requested page: the same fields as HISTORY. */
export interface Query {
	AFTER?: Seq;
	BEFORE?: Seq;
	AROUND?: Seq;
	AT?: number;
}

/** A pending page. */
export interface Asking {
	query: Query;
	asOf: Seq;
}

/** The complete log from `first` to `last`, as far as this reader may see it. */
interface Stretch {
	first: Seq;
	last: Seq;
	held: Held[];
	used: number;
}

export class Log {
	/** Messages whose reactions must be loaded again. */
	readonly doubtful = new Set<Seq>();
	private stretches: Stretch[] = [];
	private shownStretch: Stretch | null = null;
	private readonly bySeq = new Map<Seq, Held>();
	private readonly asking = new Set<Asking>();
	/** Changes that arrived while pages are pending. */
	private recent: Change[] = [];
	private uses = 0;
	private lean: "older" | "newer" = "newer";

	/**
	 * `head`: the newest known SEQ.
	 * `heard`: all changes up to this SEQ were applied.
	 */
	constructor(
		public head: Seq,
		public heard: Seq = head,
	) {}

	// State

	get shown(): readonly Held[] {
		return this.shownStretch?.held ?? [];
	}

	get isEmpty(): boolean {
		return this.shownStretch === null;
	}

	/** The start of the shown section. */
	get shownFrom(): Seq {
		return this.shownStretch?.first ?? this.head + 1;
	}

	/** Whether this position is in the shown section. */
	shows(seq: Seq): boolean {
		return this.shownStretch !== null && this.shownStretch.first <= seq && seq <= this.shownStretch.last;
	}

	get hasOlder(): boolean {
		return this.shownStretch !== null && this.shownStretch.first > 1;
	}

	get hasNewer(): boolean {
		return this.shownStretch !== null && this.shownStretch.last < this.head;
	}

	/** Whether the shown section reached the newest entry before any were missed. */
	get wasNewest(): boolean {
		return this.shownStretch !== null && this.shownStretch.last >= this.heard;
	}

	/** The page to request at one end of the shown section. */
	get older(): Query {
		return { BEFORE: this.shownStretch?.first ?? this.head + 1 };
	}

	get newer(): Query {
		return { AFTER: this.shownStretch?.last ?? 0 };
	}

	/** The number of missed entries. */
	get missed(): number {
		return this.head - this.heard;
	}

	/** The page to request for them. It begins with a known event, to detect a log that was set back. */
	get sinceHeard(): Query {
		return { AFTER: Math.max(0, this.heard - 1) };
	}

	/** A copy of the newest entries, up to a number of entries and characters; null if they are not loaded. */
	copy(entriesMax: number, charsMax: number): LogCopy | null {
		const newest = this.stretches.at(-1);
		if (newest?.last !== this.head || this.missed > 0) return null;
		const { held, last } = newest;
		let chars = 0;
		const begin =
			1 +
			held.findLastIndex(({ entry }, at) => {
				chars += entry.MSG?.length ?? 0;
				return at < held.length - entriesMax || chars > charsMax;
			});
		const events = held.slice(begin).map(({ entry }) => entry);
		return { first: begin === 0 ? newest.first : (events[0]?.SEQ ?? last + 1), last, events };
	}

	message(seq: Seq): Message | null {
		const entry = this.bySeq.get(seq)?.entry;
		return entry?.CMD === "MSG" ? entry : null;
	}

	/** Whether that position is known; if there is no message, it does not exist. */
	covers(seq: Seq): boolean {
		return this.stretches.some(({ first, last }) => first <= seq && seq <= last);
	}

	// The shown section

	/** Show the section with this position; false if it is not loaded. */
	show(seq: Seq): boolean {
		const stretch = this.stretches.find(({ first, last }) => first <= seq && seq <= last);
		if (!stretch) return false;
		this.turnTo(stretch);
		return true;
	}

	/** Show the newest section, if it has at least this many entries, or all. */
	showNewest(least: number): boolean {
		const stretch = this.stretches.at(-1);
		if (stretch?.last !== this.head || (stretch.held.length < least && stretch.first > 1)) return false;
		this.turnTo(stretch);
		return true;
	}

	/** Set the end that is being read; the other one may be dropped. */
	leanTo(end: "older" | "newer"): void {
		this.lean = end;
	}

	// Input

	ask(query: Query): Asking {
		const asking = { query, asOf: this.head };
		this.asking.add(asking);
		return asking;
	}

	/** The page will not arrive. */
	drop(asking: Asking): void {
		this.asking.delete(asking);
		if (this.asking.size === 0) this.recent = [];
	}

	/** Forget everything, including pending pages, because the log was replaced. */
	clear(head: Seq): void {
		this.head = this.heard = head;
		this.stretches = [];
		this.shownStretch = null;
		this.bySeq.clear();
		this.asking.clear();
		this.recent = [];
		this.doubtful.clear();
	}

	/** Start with a stored copy. */
	restore({ first, last, events }: LogCopy): void {
		this.clear(last);
		const held = events.map((entry) => this.hold(entry, last));
		this.join({ first, last, held, used: ++this.uses });
		this.showNewest(0);
	}

	/** The newest SEQ after a reconnect. A log that is shorter than before was replaced. */
	resume(head: Seq): void {
		if (head < this.head) this.clear(head);
		else this.head = head;
	}

	/** Process a page. False: it shows that the log was replaced, so the log starts again. */
	take(asking: Asking, page: Page): boolean {
		if (!this.asking.has(asking)) return false;
		const events = page.EVENTS;
		if (events.some((entry) => this.contradicts(entry))) {
			this.clear(Math.max(this.head, events.at(-1)?.SEQ ?? 0));
			return false;
		}
		const asOf = Math.max(asking.asOf, events.at(-1)?.SEQ ?? 0);
		const [first, last] = range(asking.query, page, asOf);
		this.head = Math.max(this.head, last);
		if (this.bySeq.size === 0) this.heard = Math.max(this.heard, asOf);
		const held = events.map((entry) => this.hold(entry, asOf));
		this.recent.push(...events.filter(isChange));
		this.applyEarly();
		this.join({ first, last, held, used: ++this.uses });
		this.hearOn();
		this.drop(asking);
		this.trim();
		return true;
	}

	push(entry: LogEntry): void {
		const seq = entry.SEQ;
		this.head = Math.max(this.head, seq);
		if (this.covers(seq)) return;
		const held = this.hold(entry, seq);
		if (isChange(entry)) {
			this.change(entry);
			if (this.asking.size > 0) this.recent.push(entry);
		}
		if (seq < this.head) this.applyEarly();
		const newest = this.stretches.at(-1);
		if (newest?.last === seq - 1) {
			newest.last = seq;
			newest.held.push(held);
		} else {
			this.join({ first: seq, last: seq, held: [held], used: ++this.uses });
		}
		this.hearOn();
		this.trim();
	}

	// Inside

	private turnTo(stretch: Stretch): void {
		this.shownStretch = stretch;
		this.lean = "newer";
		stretch.used = ++this.uses;
	}

	private contradicts({ SEQ, TS, FROM }: LogEntry): boolean {
		const known = this.bySeq.get(SEQ)?.entry;
		return known !== undefined && (known.TS !== TS || known.FROM !== FROM);
	}

	/** The entry as of a SEQ; a newer version of it, if one is known, stays. */
	private hold(entry: LogEntry, asOf: Seq): Held {
		const held = this.bySeq.get(entry.SEQ) ?? new Held(entry, asOf);
		this.bySeq.set(entry.SEQ, held);
		if (held.renew(entry, asOf)) this.doubt(held);
		return held;
	}

	private change(change: Change): void {
		const held = this.bySeq.get(change.OF);
		if (held?.change(change)) this.doubt(held);
	}

	private doubt(held: Held): void {
		if (held.isSure) this.doubtful.delete(held.seq);
		else this.doubtful.add(held.seq);
	}

	/** Apply changes that arrived before their message: while its page was pending, or in a page that overtook its push. */
	private applyEarly(): void {
		for (const change of this.recent) this.change(change);
		for (const { entry } of this.bySeq.values()) if (isChange(entry)) this.change(entry);
	}

	/** Add a section, and merge it with adjacent ones. */
	private join(added: Stretch): void {
		const touches = ({ first, last }: Stretch) => first <= added.last + 1 && added.first - 1 <= last;
		const touched = this.stretches.filter(touches);
		const all = new Set([...touched, added].flatMap(({ held }) => held));
		const joined: Stretch = {
			first: Math.min(added.first, ...touched.map(({ first }) => first)),
			last: Math.max(added.last, ...touched.map(({ last }) => last)),
			held: [...all].sort((one, other) => one.seq - other.seq),
			used: added.used,
		};
		this.stretches = [...this.stretches.filter((stretch) => !touches(stretch)), joined];
		this.stretches.sort((one, other) => one.first - other.first);
		if (this.shownStretch && touched.includes(this.shownStretch)) this.shownStretch = joined;
	}

	/** Advance `heard` over the entries of a section. */
	private hearOn(): void {
		for (const { first, last } of this.stretches) {
			if (first <= this.heard + 1) this.heard = Math.max(this.heard, last);
		}
	}

	private trim(): void {
		const { shownStretch: shown } = this;
		const newest = this.stretches.at(-1);
		if (newest && newest !== shown && newest.held.length > 2 * TAIL_MAX) this.cut(newest, "older", TAIL_MAX);
		if (shown && shown.held.length > SHOWN_MAX) this.cut(shown, this.lean === "older" ? "newer" : "older", SHOWN_MAX);
		for (const stretch of [...this.stretches].sort((one, other) => one.used - other.used)) {
			if (this.bySeq.size <= HELD_MAX) break;
			if (stretch === shown || stretch === newest) continue;
			this.stretches = this.stretches.filter((each) => each !== stretch);
			this.forget(stretch.held);
		}
	}

	private cut(stretch: Stretch, end: "older" | "newer", kept: number): void {
		const { held } = stretch;
		if (end === "older") {
			this.forget(held.splice(0, held.length - kept));
			stretch.first = held[0]?.seq ?? stretch.last;
		} else {
			this.forget(held.splice(kept));
			stretch.last = held.at(-1)?.seq ?? stretch.first;
		}
	}

	private forget(held: Held[]): void {
		for (const { seq } of held) {
			this.bySeq.delete(seq);
			this.doubtful.delete(seq);
		}
	}
}

/** The range of SEQs that a page covers. If there is no more, it extends to the end of the log. */
function range({ AFTER, BEFORE, AROUND, AT }: Query, { EVENTS, MORE }: Page, asOf: Seq): [Seq, Seq] {
	const first = EVENTS[0]?.SEQ;
	const last = EVENTS.at(-1)?.SEQ;
	if (AFTER !== undefined) return [AFTER + 1, MORE && last ? last : Math.max(last ?? 0, asOf)];
	if (BEFORE !== undefined) return [MORE && first ? first : 1, BEFORE - 1];
	if (AROUND !== undefined || AT !== undefined) return [first ?? asOf + 1, MORE && last ? last : asOf];
	return [MORE && first ? first : 1, asOf];
}
