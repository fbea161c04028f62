import { describe, expect, it } from "vitest";
import { Chance } from "../testing/chance";
import type { Event, LogEntry, Message, Page, Reaction } from "../wire/words";
import { changed, isChange } from "./changes";
import { type Asking, HELD_MAX, Log, type Query, SHOWN_MAX, TAIL_MAX } from "./log";

const ROOM = "r-1";

const message = (SEQ: number, more: Partial<Message> = {}): Message => ({
	CMD: "MSG",
	ROOM,
	SEQ,
	TS: SEQ,
	TYPE: "ROOM",
	FROM: "mary",
	UN: "Mary",
	MSG: `text ${SEQ}`,
	...more,
});

const event = (SEQ: number, KIND: string, OF: number, more: Partial<Event> = {}): Event => ({
	CMD: "EVENT",
	ROOM,
	SEQ,
	TS: SEQ,
	KIND,
	OF,
	FROM: "mary",
	UN: "Mary",
	...more,
});

const page = (EVENTS: LogEntry[], MORE = false): Page => ({ ROOM, EVENTS, MORE });
const messages = (from: number, to: number): Message[] =>
	Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
const seqs = (log: Log): number[] => log.shown.map(({ seq }) => seq);

/** A log with its newest page, from `from` on. */
function opened(from: number, head: number): Log {
	const log = new Log(head);
	log.take(log.ask({}), page(messages(from, head), from > 1));
	log.showNewest(0);
	return log;
}

describe("a copy of the newest end", () => {
	const copied = (log: Log, entries = 100, chars = 1_000) => {
		const { first, last, events = [] } = log.copy(entries, chars) ?? {};
		return [first, last, events.map(({ SEQ }) => SEQ)];
	};

	it("begins another log, which ends where the first one did and reads on from there", () => {
		const log = opened(3, 5);
		log.push(event(6, "delete", 4));
		const copy = log.copy(100, 1_000);
		const later = new Log(9);
		if (copy) later.restore(copy);
		expect(seqs(later)).toEqual([3, 4, 5, 6]);
		expect(later.message(4)).toMatchObject({ DELETED: true });
		expect([later.hasOlder, later.hasNewer, later.head]).toEqual([true, false, 6]);
		expect(copied(later)).toEqual([3, 6, [3, 4, 5, 6]]);
	});

	it("has so many entries and characters at most, the newest", () => {
		const log = opened(1, 5); // of six characters each
		expect(copied(log)).toEqual([1, 5, [1, 2, 3, 4, 5]]);
		expect(copied(log, 5)).toEqual([1, 5, [1, 2, 3, 4, 5]]);
		expect(copied(log, 4)).toEqual([2, 5, [2, 3, 4, 5]]);
		expect(copied(log, 5, 30)).toEqual([1, 5, [1, 2, 3, 4, 5]]);
		expect(copied(log, 5, 29)).toEqual([2, 5, [2, 3, 4, 5]]);
		expect(copied(log, 5, 0)).toEqual([6, 5, []]);
	});

	it("is none while the newest is not known, and empty where there is nothing", () => {
		const log = opened(1, 5);
		log.head = 7;
		expect(log.copy(100, 1_000)).toBeNull();
		const nothing = new Log(0);
		nothing.take(nothing.ask({}), page([]));
		const copy = nothing.copy(100, 1_000);
		const later = new Log(3);
		if (copy) later.restore(copy);
		expect([copy, later.isEmpty, later.head]).toEqual([{ first: 1, last: 0, events: [] }, false, 0]);
	});
});

describe("Log", () => {
	it("joins what touches, in whatever order it comes", () => {
		const log = opened(11, 20);
		log.take(log.ask({ BEFORE: 6 }), page(messages(1, 5)));
		expect(seqs(log)).toEqual(seqs(opened(11, 20)));
		expect(log.hasOlder).toBe(true);
		log.take(log.ask(log.older), page(messages(4, 10), true));
		expect(seqs(log)).toEqual(messages(1, 20).map(({ SEQ }) => SEQ));
		expect(log.hasOlder).toBe(false);
	});

	it("takes the same thing twice as once", () => {
		const log = opened(1, 3);
		log.push(message(4));
		log.push(message(4));
		log.take(log.ask({}), page(messages(1, 4)));
		expect(seqs(log)).toEqual([1, 2, 3, 4]);
	});

	it("shows an empty room, and its first message", () => {
		const log = new Log(0);
		log.take(log.ask({}), page([]));
		expect(log.showNewest(0)).toBe(true);
		log.push(message(1));
		expect(seqs(log)).toEqual([1]);
	});

	it("knows that there is nothing beyond what retention took away", () => {
		const log = opened(11, 20);
		log.take(log.ask(log.older), page([]));
		expect(log.hasOlder).toBe(false);
		expect(log.covers(3)).toBe(true);
		expect(log.message(3)).toBeNull();
	});

	it("counts a reaction once, whether or not the page shows it already", () => {
		const log = new Log(1);
		const asking = log.ask({});
		log.push(event(2, "react", 1, { EMOJI: "👍" }));
		log.take(asking, page([message(1, { REACTIONS: [{ EMOJI: "👍", COUNT: 1, UIDS: ["mary"] }] })]));
		expect(log.message(1)?.REACTIONS).toEqual([{ EMOJI: "👍", COUNT: 1, UIDS: ["mary"] }]);
	});

	it("makes changes in order of SEQ", () => {
		const log = opened(1, 2);
		log.push(event(4, "edit", 1, { MSG: "fourth" }));
		expect(log.missed).toBe(2);
		log.take(log.ask({ AFTER: 2 }), page([event(3, "edit", 1, { MSG: "third" })], true));
		expect(log.message(1)?.MSG).toBe("fourth");
		expect(log.missed).toBe(0);
	});

	it("makes changes that a page brought before the message was pushed", () => {
		const log = opened(1, 1);
		log.take(log.ask({}), page([event(3, "edit", 2, { MSG: "edited" })], true));
		log.push(message(2));
		expect(log.message(2)?.MSG).toBe("edited");
	});

	it("wants reactions of many people read again", () => {
		const log = opened(1, 1);
		const many = message(1, { REACTIONS: [{ EMOJI: "👍", COUNT: 25, UIDS: ["a", "b"] }] });
		log.push(message(2));
		log.take(log.ask({ AROUND: 1 }), page([many], true));
		log.push(event(3, "react", 1, { EMOJI: "👍", FROM: "zoe" }));
		expect([...log.doubtful]).toEqual([1]);
		log.take(log.ask({ AROUND: 1 }), page([many], true));
		expect(log.doubtful.size).toBe(0);
		expect(log.message(1)?.REACTIONS?.[0]?.COUNT).toBe(25);
	});

	it("begins anew when the log is shorter than it was, or another one", () => {
		const log = opened(1, 5);
		log.resume(3);
		expect(log.isEmpty).toBe(true);
		const other = opened(1, 5);
		other.resume(9);
		expect(other.take(other.ask(other.sinceHeard), page([message(5, { TS: 77 }), message(6)], true))).toBe(false);
		expect(other.isEmpty).toBe(true);
		expect(other.head).toBe(9);
	});

	it("is bounded: at the bound all is kept, past it the far end goes", () => {
		const log = opened(5_001, 5_001);
		for (let seq = 5_002; seq <= 5_000 + SHOWN_MAX; seq++) log.push(message(seq));
		expect(log.shown).toHaveLength(SHOWN_MAX);
		log.leanTo("older");
		log.take(log.ask(log.older), page([message(5000)], true));
		expect(log.shown).toHaveLength(SHOWN_MAX);
		expect(seqs(log)[0]).toBe(5000);
		expect(log.hasNewer).toBe(true);
		for (let seq = log.head + 1; seq < 8_000; seq++) log.push(message(seq));
		expect(log.shown).toHaveLength(SHOWN_MAX);
		expect(log.showNewest(TAIL_MAX / 4)).toBe(true);
		expect(log.shown.length).toBeLessThanOrEqual(2 * TAIL_MAX);
	});

	it("is bounded in all: pieces that were looked at go, what is shown and the newest stay", () => {
		const log = opened(9_001, 9_100);
		for (let first = 1; first < 9_000; first += 100) {
			log.take(log.ask({ AROUND: first }), page(messages(first, first + 49), true));
		}
		const all = Array.from({ length: 9_100 }, (_, index) => index + 1);
		expect(all.filter((seq) => log.message(seq)).length).toBeLessThanOrEqual(HELD_MAX);
		expect(log.message(9_100)).not.toBeNull();
		expect(log.message(8_901)).not.toBeNull();
	});
});

// Any order of pages, pushes and broken connections gives what the server has.

const PEOPLE = ["mary", "zoe", "henry", "tony", "noor"];
/** The server lists so many people of a reaction. */
const LISTED = 3;

/** A server with one room. It tells of what happens a while after it has happened, and reads pages a while before they come. */
class World {
	readonly log: LogEntry[] = [];
	private pushes: LogEntry[] = [];
	private pages: { asking: Asking; page: Page }[] = [];
	readonly client = new Log(0);

	constructor(readonly chance: Chance) {}

	happen(): void {
		const SEQ = this.log.length + 1;
		const targets = this.log.filter((entry): entry is Message => entry.CMD === "MSG" && !entry.DELETED);
		const FROM = this.chance.of(PEOPLE);
		const entry: LogEntry =
			targets.length === 0 || this.chance.next() < 0.3
				? message(SEQ, { FROM })
				: this.change(SEQ, this.chance.of(targets), FROM);
		this.log.push(entry);
		if (isChange(entry)) this.log[entry.OF - 1] = changed(this.log[entry.OF - 1] as Message, entry);
		this.pushes.push(entry.CMD === "MSG" ? { ...entry } : entry);
	}

	private change(SEQ: number, target: Message, FROM: string): LogEntry {
		const EMOJI = this.chance.of(["👍", "🎉"]);
		const isThere = target.REACTIONS?.some((reaction) => reaction.EMOJI === EMOJI && reaction.UIDS.includes(FROM));
		const kind = this.chance.of(["react", "react", "react", "edit", "pin", "delete"]);
		if (kind === "edit") return event(SEQ, "edit", target.SEQ, { MSG: `edit ${SEQ}` });
		if (kind === "pin") return event(SEQ, target.PINNED ? "unpin" : "pin", target.SEQ);
		if (kind === "delete" && this.chance.next() < 0.2) return event(SEQ, "delete", target.SEQ);
		return event(SEQ, isThere ? "unreact" : "react", target.SEQ, { FROM, EMOJI });
	}

	/** Read a page as HISTORY does, at this moment. */
	private read({ AFTER, BEFORE, AROUND }: Query, limit: number): Page {
		const most = AROUND === undefined ? limit : 1;
		const end = BEFORE === undefined ? this.log.length : BEFORE - 1;
		const isForwards = AFTER !== undefined || AROUND !== undefined;
		const from = AFTER ?? (AROUND === undefined ? Math.max(0, end - most) : AROUND - 1);
		const to = isForwards ? from + most : end;
		const EVENTS = this.log.slice(from, to).map((entry) => (entry.CMD === "MSG" ? listed(entry) : entry));
		return { ROOM, EVENTS, MORE: isForwards ? to < this.log.length : from > 0 };
	}

	ask(query: Query): void {
		const asking = this.client.ask(query);
		this.pages.push({ asking, page: this.read(query, 1 + this.chance.below(8)) });
	}

	push(): void {
		const entry = this.pushes.shift();
		if (entry) this.client.push(entry);
	}

	answer(): void {
		const [answer] = this.pages.splice(this.chance.below(this.pages.length || 1), 1);
		if (answer) this.client.take(answer.asking, answer.page);
	}

	/** The connection breaks; what was under way is lost. The next one says where the log stands. */
	reconnect(): void {
		for (const { asking } of this.pages) this.client.drop(asking);
		this.pages = [];
		this.pushes = [];
		this.client.resume(this.log.length);
	}

	step(): void {
		const { client, chance } = this;
		const dice = chance.next();
		if (dice < 0.35) this.happen();
		else if (dice < 0.6) this.push();
		else if (dice < 0.75) this.answer();
		else if (dice < 0.78) this.reconnect();
		else if (dice < 0.82) this.ask({});
		else if (dice < 0.88 && client.hasOlder) this.ask(client.older);
		else if (dice < 0.9 && client.hasNewer) this.ask(client.newer);
		else if (dice < 0.93) this.ask({ AROUND: 1 + chance.below(this.log.length || 1) });
		else if (dice < 0.95) client.show(1 + chance.below(this.log.length || 1));
		else if (client.missed > 0) this.ask(client.sinceHeard);
		for (const seq of client.doubtful) if (chance.next() < 0.1) this.ask({ AROUND: seq });
	}

	/** All comes that is under way, and what is missing is asked for. */
	settle(): void {
		const { client } = this;
		while (this.pushes.length) this.push();
		while (this.pages.length) this.answer();
		while (client.missed > 0 || client.doubtful.size > 0 || client.isEmpty) {
			if (client.isEmpty) this.ask({});
			if (client.missed > 0) this.ask(client.sinceHeard);
			for (const seq of client.doubtful) this.ask({ AROUND: seq });
			while (this.pages.length) this.answer();
			if (client.isEmpty) client.showNewest(0);
		}
		while (client.hasOlder || client.hasNewer) {
			this.ask(client.hasOlder ? client.older : client.newer);
			this.answer();
		}
	}
}

const listed = (entry: Message): Message => ({
	...entry,
	...(entry.REACTIONS && { REACTIONS: entry.REACTIONS.map((one) => ({ ...one, UIDS: one.UIDS.slice(0, LISTED) })) }),
});

/** What can be known of an entry: of reactions of many people, how many. */
function plain(entry: LogEntry): unknown {
	if (entry.CMD === "EVENT") return entry;
	const { REACTIONS = [], PINNED = false, ...rest } = entry;
	const reaction = ({ EMOJI, COUNT, UIDS }: Reaction) => [EMOJI, COUNT, COUNT > LISTED ? null : [...UIDS].sort()];
	return { ...rest, PINNED, REACTIONS: REACTIONS.map(reaction).sort() };
}

describe("Log, whatever happens", () => {
	for (let seed = 1; seed <= 300; seed++) {
		it(`ends as the server's log: seed ${seed}`, () => {
			const world = new World(new Chance(seed));
			for (let step = 0; step < 200; step++) world.step();
			world.settle();
			expect(world.client.shown.map(({ entry }) => plain(entry))).toEqual(world.log.map(plain));
		});
	}
});
