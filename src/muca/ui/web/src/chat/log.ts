/**
 * One room's log, as far as it is known: stretches of SEQs without holes, from pages and pushes in any order and repetition.
 *
 * A page shows messages as they are when it is read; the changes that made them so stand in the log as well. How each change
 * counts exactly once:
 * - `asOf` of a message is a SEQ up to which its base, what the server last gave of it, surely shows all changes: what was the
 *   newest when the page was asked for, or the last SEQ in it.
 * - Changes beyond that are kept with the message and made to the base in order of SEQ, whenever they come.
 * - The page may be newer than that and show some of them already. Changes are such that making them again, in order and to the
 *   last, comes to the same; the one exception (reactions of more people than are listed) is in `doubtful`, to be read again.
 * - Changes that come while a page is under way are remembered until it is there.
 */

import type { LogEntry, Message, Page, Seq } from "../wire/words";
import type { LogCopy } from "./cache";
import { type Change, changed, isChange, isSure } from "./changes";

/** Entries of the stretch that is shown; what is beyond is let go at the end that is not being read. */
export const SHOWN_MAX = 1_200;
/** Entries of the stretch at the newest end while another one is shown. */
export const TAIL_MAX = 200;
/** Entries in all. */
export const HELD_MAX = 3_000;

/** Which page was asked for: the same fields as HISTORY. */
export interface Query {
	AFTER?: Seq;
	BEFORE?: Seq;
	AROUND?: Seq;
	AT?: number;
}

/** A page under way. */
export interface Asking {
	query: Query;
	asOf: Seq;
}

/** An entry in its place. For a message, `entry` is as it is now. */
export interface Held {
	readonly seq: Seq;
	entry: LogEntry;
	base: LogEntry;
	asOf: Seq;
	changes: Change[];
}

/** All of the log from `first` to `last` that there is for this reader. */
interface Stretch {
	first: Seq;
	last: Seq;
	held: Held[];
	used: number;
}

export class Log {
	/** Messages whose reactions are to be read again. */
	readonly doubtful = new Set<Seq>();
	private stretches: Stretch[] = [];
	private shownStretch: Stretch | null = null;
	private readonly bySeq = new Map<Seq, Held>();
	private readonly asking = new Set<Asking>();
	/** Changes that came while pages are under way. */
	private recent: Change[] = [];
	private uses = 0;
	private lean: "older" | "newer" = "newer";

	/**
	 * `head`: the newest SEQ that is known to exist.
	 * `heard`: up to there every change was made to whatever is held.
	 */
	constructor(
		public head: Seq,
		public heard: Seq = head,
	) {}

	// What there is

	get shown(): readonly Held[] {
		return this.shownStretch?.held ?? [];
	}

	get isEmpty(): boolean {
		return this.shownStretch === null;
	}

	/** Where the stretch that is shown begins. */
	get shownFrom(): Seq {
		return this.shownStretch?.first ?? this.head + 1;
	}

	/** Whether this place is in the stretch that is shown. */
	shows(seq: Seq): boolean {
		return this.shownStretch !== null && this.shownStretch.first <= seq && seq <= this.shownStretch.last;
	}

	get hasOlder(): boolean {
		return this.shownStretch !== null && this.shownStretch.first > 1;
	}

	get hasNewer(): boolean {
		return this.shownStretch !== null && this.shownStretch.last < this.head;
	}

	/** Whether what is shown went up to the newest, before anything was missed. */
	get wasNewest(): boolean {
		return this.shownStretch !== null && this.shownStretch.last >= this.heard;
	}

	/** The page to ask for at an end of what is shown. */
	get older(): Query {
		return { BEFORE: this.shownStretch?.first ?? this.head + 1 };
	}

	get newer(): Query {
		return { AFTER: this.shownStretch?.last ?? 0 };
	}

	/** How much was missed. */
	get missed(): number {
		return this.head - this.heard;
	}

	/** The page that brings it. It begins with an event that is known: so a log that was set back is noticed. */
	get sinceHeard(): Query {
		return { AFTER: Math.max(0, this.heard - 1) };
	}

	/** The newest end as it is now, at most so many of its entries and characters; null: it is not here. */
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

	/** Whether that place is known: without a message there, there is none. */
	covers(seq: Seq): boolean {
		return this.stretches.some(({ first, last }) => first <= seq && seq <= last);
	}

	// Which stretch is shown

	/** Show the stretch with this place; false: it is not here. */
	show(seq: Seq): boolean {
		const stretch = this.stretches.find(({ first, last }) => first <= seq && seq <= last);
		if (!stretch) return false;
		this.turnTo(stretch);
		return true;
	}

	/** Show the newest end, if it is here and a good piece of it: at least so many entries, or all there are. */
	showNewest(least: number): boolean {
		const stretch = this.stretches.at(-1);
		if (stretch?.last !== this.head || (stretch.held.length < least && stretch.first > 1)) return false;
		this.turnTo(stretch);
		return true;
	}

	/** Which end is being read: the other one may be let go. */
	leanTo(end: "older" | "newer"): void {
		this.lean = end;
	}

	// What comes in

	ask(query: Query): Asking {
		const asking = { query, asOf: this.head };
		this.asking.add(asking);
		return asking;
	}

	/** The page will not come. */
	drop(asking: Asking): void {
		this.asking.delete(asking);
		if (this.asking.size === 0) this.recent = [];
	}

	/** Forget everything, pages under way too: the log is another one. */
	clear(head: Seq): void {
		this.head = this.heard = head;
		this.stretches = [];
		this.shownStretch = null;
		this.bySeq.clear();
		this.asking.clear();
		this.recent = [];
		this.doubtful.clear();
	}

	/** Begin with a copy of former times: it ends where the log did then. */
	restore({ first, last, events }: LogCopy): void {
		this.clear(last);
		const held = events.map((entry) => this.hold(entry, last));
		this.join({ first, last, held, used: ++this.uses });
		this.showNewest(0);
	}

	/** The newest SEQ, as the server says after a pause. A log that is shorter than it was is another one. */
	resume(head: Seq): void {
		if (head < this.head) this.clear(head);
		else this.head = head;
	}

	/** Take a page. False: it is of no use, as the log was found to be another one, and begins anew. */
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
		for (const entry of events) if (isChange(entry)) this.change(entry);
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
		if (isChange(entry)) this.change(entry);
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

	private hold(entry: LogEntry, asOf: Seq): Held {
		const known = this.bySeq.get(entry.SEQ);
		if (known && known.asOf >= asOf) return known;
		const held = known ?? { seq: entry.SEQ, entry, base: entry, asOf, changes: [] };
		held.base = entry;
		held.asOf = asOf;
		const changes = [...held.changes, ...this.changesOf(entry.SEQ, asOf)].filter(({ SEQ }) => SEQ > asOf);
		held.changes = [...new Map(changes.map((change) => [change.SEQ, change])).values()];
		this.bySeq.set(entry.SEQ, held);
		this.doubtful.delete(entry.SEQ);
		this.remake(held);
		return held;
	}

	/** Changes that came before what they change: a page under way, or one that overtook a push. */
	private changesOf(seq: Seq, asOf: Seq): Change[] {
		const isOf = (change: Change) => change.OF === seq;
		if (asOf >= this.head) return [];
		const held = [...this.bySeq.values()].map(({ entry }) => entry).filter(isChange);
		return [...this.recent, ...held].filter(isOf);
	}

	private change(change: Change): void {
		if (this.asking.size > 0) this.recent.push(change);
		const held = this.bySeq.get(change.OF);
		if (!held || change.SEQ <= held.asOf || held.changes.some(({ SEQ }) => SEQ === change.SEQ)) return;
		held.changes.push(change);
		this.remake(held);
	}

	private remake(held: Held): void {
		if (held.base.CMD !== "MSG") return;
		let message = held.base;
		held.changes.sort((one, other) => one.SEQ - other.SEQ);
		for (const change of held.changes) {
			if (!isSure(message, change)) this.doubtful.add(held.seq);
			message = changed(message, change);
		}
		if (!isSame(message, held.entry)) held.entry = message;
	}

	/** Put a stretch in, joined with those it touches. */
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

	/** What stands in a stretch was made to all that is held. */
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

/** Which places a page tells of. Its end is the end of the log where it says that there is no more. */
function range({ AFTER, BEFORE, AROUND, AT }: Query, { EVENTS, MORE }: Page, asOf: Seq): [Seq, Seq] {
	const first = EVENTS[0]?.SEQ;
	const last = EVENTS.at(-1)?.SEQ;
	if (AFTER !== undefined) return [AFTER + 1, MORE && last ? last : Math.max(last ?? 0, asOf)];
	if (BEFORE !== undefined) return [MORE && first ? first : 1, BEFORE - 1];
	if (AROUND !== undefined || AT !== undefined) return [first ?? asOf + 1, MORE && last ? last : asOf];
	return [MORE && first ? first : 1, asOf];
}

const isSame = (one: Message, other: LogEntry): boolean => JSON.stringify(one) === JSON.stringify(other);
