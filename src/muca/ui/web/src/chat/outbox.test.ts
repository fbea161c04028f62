// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Chance } from "../testing/chance";
import { kept } from "../testing/samples";
import { memoryShelf } from "../testing/storage";
import type { Answer } from "../wire/link";
import { Outbox } from "./outbox";
import { type Kept, openShelf, type Shelf } from "./shelf";

const okay = (SEQ: number): Answer => ({ CMD: "ACK", TYPE: "OKAY", DATA: { ROOM: "lobby", SEQ, TS: 0 } });
const fail = (CODE: string): Answer => ({ CMD: "ACK", TYPE: "FAIL", CODE, TEXT: `no: ${CODE}` });

/** A tab: its outbox, and what it has handed to the server. */
class Tab {
	sent: { kept: Kept; answered: (answer: Answer) => void }[] = [];
	stored: string[] = [];
	readonly outbox: Outbox;

	constructor(shelf: Shelf) {
		this.outbox = new Outbox(shelf, {
			send: (message, answered) => this.sent.push({ kept: message, answered }),
			stored: ({ id }) => this.stored.push(id),
			changed: () => {},
		});
	}

	get ids(): string[] {
		return this.sent.map(({ kept: { id } }) => id);
	}

	get waiting(): string[] {
		return this.outbox.messages.map(({ id }) => id);
	}
}

let shelf: Shelf;
let tab: Tab;
const idsOnShelf = async () => (await shelf.all()).map(({ id }) => id);

beforeEach(() => {
	shelf = memoryShelf();
	tab = new Tab(shelf);
});

describe("Outbox", () => {
	it("has a message on the shelf as soon as it is shown", async () => {
		tab.outbox.add(kept("a"));
		expect(tab.waiting).toEqual(["a"]);
		expect(await idsOnShelf()).toEqual(["a"]);
	});

	it("sends what is written while the shelf is read after what is on it", async () => {
		shelf.put(kept("a"));
		const starting = tab.outbox.start();
		tab.outbox.add(kept("b"));
		await starting;
		expect(tab.ids).toEqual(["a", "b"]);
	});

	it("sends nothing when the session has gone while the shelf was read", async () => {
		shelf.put(kept("a"));
		const starting = tab.outbox.start();
		tab.outbox.stop();
		await starting;
		expect(tab.ids).toEqual([]);
		expect(tab.waiting).toEqual(["a"]);
	});

	it("sends nothing before there is a session, then all, the oldest first", async () => {
		tab.outbox.add(kept("a"));
		tab.outbox.add(kept("b"));
		expect(tab.ids).toEqual([]);
		await tab.outbox.start();
		expect(tab.ids).toEqual(["a", "b"]);
	});

	it("takes off the shelf what the server has", async () => {
		await tab.outbox.start();
		tab.outbox.add(kept("a"));
		tab.sent[0]?.answered(okay(1));
		expect(tab.stored).toEqual(["a"]);
		expect(tab.waiting).toEqual([]);
		await expect.poll(idsOnShelf).toEqual([]);
	});

	it("keeps what was not answered, and sends it again with the same ID", async () => {
		await tab.outbox.start();
		tab.outbox.add(kept("a"));
		tab.outbox.stop();
		tab.sent[0]?.answered(fail("unreachable"));
		expect(tab.waiting).toEqual(["a"]);
		await tab.outbox.start();
		expect(tab.ids).toEqual(["a", "a"]);
	});

	it("keeps what was refused with the server's sentence, until somebody tries again or takes it back", async () => {
		await tab.outbox.start();
		tab.outbox.add(kept("a"));
		tab.sent[0]?.answered(fail("muted"));
		expect(tab.outbox.messages[0]?.failed).toBe("no: muted");
		await tab.outbox.start();
		expect(tab.ids).toEqual(["a"]);
		tab.outbox.retry("a");
		expect(tab.ids).toEqual(["a", "a"]);
		tab.sent[1]?.answered(fail("muted"));
		tab.outbox.discard("a");
		expect(await idsOnShelf()).toEqual([]);
	});

	it("sends an answer to a message that is gone without it, with the same ID", async () => {
		await tab.outbox.start();
		tab.outbox.add(kept("a", { replyTo: 3 }));
		tab.sent[0]?.answered(fail("no_such_event"));
		expect(tab.sent[1]?.kept).toEqual(kept("a"));
		tab.sent[1]?.answered(fail("no_such_event"));
		expect(tab.ids).toEqual(["a", "a"]);
		expect(tab.outbox.messages[0]?.failed).toBe("no: no_such_event");
	});

	it("takes what another tab has sent with files of its own for sent", async () => {
		await tab.outbox.start();
		tab.outbox.add(kept("a"));
		tab.sent[0]?.answered(fail("id_reused"));
		expect(tab.waiting).toEqual([]);
		expect(await idsOnShelf()).toEqual([]);
	});

	it("goes on with the files that it has, for their uploads may be under way", async () => {
		const files = [new File(["x"], "cake.jpg")];
		tab.outbox.add(kept("a", { files }));
		shelf.put(kept("a", { files: [new File(["x"], "cake.jpg")] })); // as IndexedDB gives them
		await tab.outbox.start();
		expect(tab.sent[0]?.kept.files).toBe(files);
	});

	it("gives what is taken back", () => {
		tab.outbox.add(kept("a"));
		expect(tab.outbox.discard("a")).toEqual(kept("a"));
		expect(tab.outbox.discard("a")).toBeNull();
	});

	it("does not send again what another tab has seen to", async () => {
		const other = new Tab(shelf);
		tab.outbox.add(kept("a"));
		await other.outbox.start();
		other.sent[0]?.answered(okay(1));
		await expect.poll(idsOnShelf).toEqual([]);
		await tab.outbox.start();
		expect(tab.ids).toEqual([]);
		expect(tab.waiting).toEqual([]);
	});

	for (let seed = 1; seed <= 50; seed++) {
		it(`loses nothing, and the server has everything once: seed ${seed}`, async () => {
			const chance = new Chance(seed);
			const server: string[] = [];
			const take = ({ kept: { id } }: Tab["sent"][number]) => {
				if (!server.includes(id)) server.push(id);
				return okay(server.indexOf(id) + 1);
			};
			let tabs = [tab, new Tab(shelf)];
			let written = 0;
			for (let step = 0; step < 60; step++) {
				const one = chance.of(tabs);
				const dice = chance.next();
				if (dice < 0.35) one.outbox.add(kept(`m${written++}`));
				else if (dice < 0.5) await one.outbox.start();
				else if (dice < 0.7) for (const sent of one.sent.splice(0)) sent.answered(take(sent));
				else if (dice < 0.85) {
					one.outbox.stop();
					// The server may have taken them; the answers are lost.
					for (const sent of one.sent.splice(0)) {
						if (chance.next() < 0.5) take(sent);
						sent.answered(fail("unreachable"));
					}
				} else tabs = tabs.map((each) => (each === one ? new Tab(shelf) : each)); // a reload
			}
			const last = new Tab(shelf);
			await last.outbox.start();
			for (const sent of last.sent.splice(0)) sent.answered(take(sent));
			expect([...server].sort()).toEqual(Array.from({ length: written }, (_, index) => `m${index}`).sort());
			await expect.poll(idsOnShelf).toEqual([]);
		});
	}
});

describe("openShelf", () => {
	const broken = {
		open: () => {
			throw new Error("denied");
		},
	} as unknown as IDBFactory;
	const idsOf = async (one: Shelf) => (await one.all()).map(({ id }) => id);
	const journal = () => Object.keys(localStorage).filter((key) => key.startsWith("muca outbox"));

	beforeEach(() => {
		localStorage.clear();
		globalThis.indexedDB = new IDBFactory();
	});

	it("keeps messages in order, whatever their IDs, beyond the page", async () => {
		const first = await openShelf("server", "tony");
		for (const id of ["c", "a", "b"]) first.put(kept(id));
		first.put(kept("a", { failed: "no" }));
		first.delete("c");
		first.delete("never there");
		const again = await openShelf("server", "tony");
		expect((await again.all()).map(({ id, failed }) => [id, failed])).toEqual([
			["a", "no"],
			["b", null],
		]);
	});

	it("has a message at once, and moves it to IndexedDB", async () => {
		const one = await openShelf("server", "tony");
		one.put(kept("a"));
		expect(journal()).toHaveLength(1);
		await expect.poll(journal).toEqual([]);
		expect(await idsOf(one)).toEqual(["a"]);
	});

	it("takes over what a page had no time to move", async () => {
		globalThis.indexedDB = broken;
		const gone = await openShelf("server", "tony");
		gone.put(kept("late", { ts: 2 }));
		gone.put(kept("early", { ts: 1 }));
		globalThis.indexedDB = new IDBFactory();
		const next = await openShelf("server", "tony");
		expect(await idsOf(next)).toEqual(["early", "late"]);
		expect(journal()).toEqual([]);
	});

	it("says that files are to be attached again where only IndexedDB could keep them", async () => {
		globalThis.indexedDB = broken;
		const info = { FILE: "f-1", NAME: "tea.jpg", TYPE: "image/jpeg", BYTES: 3 };
		const one = await openShelf("server", "tony");
		one.put(kept("a", { files: [info, new File(["x"], "cake.jpg")] }));
		one.put(kept("b", { files: [info] }));
		expect(await one.all()).toEqual([
			kept("a", { files: [info], failed: expect.stringContaining("Attach them again") }),
			kept("b", { files: [info] }),
		]);
	});

	it("keeps accounts and servers apart", async () => {
		(await openShelf("server", "tony")).put(kept("a"));
		expect(await (await openShelf("server", "mary")).all()).toEqual([]);
		expect(await (await openShelf("other", "tony")).all()).toEqual([]);
	});

	it("works without IndexedDB, and beyond the page", async () => {
		globalThis.indexedDB = broken;
		const one = await openShelf("server", "tony");
		for (const [id, ts] of [
			["a", 1],
			["b", 2],
			["c", 3],
		] as const)
			one.put(kept(id, { ts }));
		one.delete("b");
		expect(await idsOf(await openShelf("server", "tony"))).toEqual(["a", "c"]);
	});

	it("works as long as the page where the browser keeps nothing", async () => {
		globalThis.indexedDB = broken;
		const denied = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
			throw new Error("denied");
		});
		const one = await openShelf("server", "tony");
		one.put(kept("a"));
		expect(await idsOf(one)).toEqual(["a"]);
		one.delete("a");
		expect(await idsOf(one)).toEqual([]);
		denied.mockRestore();
	});
});
