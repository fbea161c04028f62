// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { message } from "../testing/samples";
import { USUAL_LIMITS } from "../wire/limits";
import { type LogCopy, type Overview, openCache } from "./cache";

const overview: Overview = {
	asOf: 7,
	epoch: "epoch-1",
	server: { ID: "server", NAME: "Lab", VERSION: "0" },
	limits: USUAL_LIMITS,
	account: { uid: "tony", nickname: "Tony", role: "member", registered: false, device: 1 },
	rooms: [],
	people: [],
	ignores: [],
};
const log: LogCopy = { first: 1, last: 2, events: [message(1), message(2)] };

beforeEach(() => {
	globalThis.indexedDB = new IDBFactory();
});
afterEach(() => vi.useRealTimers());

it("keeps a copy beyond the page, and of no other rooms than those that are wanted", async () => {
	const first = openCache("server", "tony");
	expect(await first.read()).toBeNull();
	await first.write(
		overview,
		new Map([
			["lobby", log],
			["r-1", log],
		]),
		new Set(["lobby", "r-1"]),
	);
	await first.write({ ...overview, asOf: 8 }, new Map(), new Set(["lobby"]));
	const copy = await openCache("server", "tony").read();
	expect(copy?.overview).toMatchObject({ ...overview, asOf: 8 });
	expect([...(copy?.logs ?? [])]).toEqual([["lobby", log]]);
	await first.clear();
	expect(await openCache("server", "tony").read()).toBeNull();
});

it("keeps servers and accounts apart", async () => {
	await openCache("server", "tony").write(overview, new Map(), new Set());
	expect(await openCache("other", "tony").read()).toBeNull();
	expect(await openCache("server", "mary").read()).toBeNull();
});

const never = { open: () => ({}) } as unknown as IDBFactory;
const denied = {
	open() {
		throw new Error("denied");
	},
} as unknown as IDBFactory;

it.each([
	["never answers", never],
	["is denied", denied],
	["is not there", undefined as unknown as IDBFactory],
])("has nothing where IndexedDB %s, and nobody waits for long", async (_, factory) => {
	vi.useFakeTimers();
	globalThis.indexedDB = factory;
	const cache = openCache("server", "tony");
	const reading = cache.read();
	const writing = cache.write(overview, new Map(), new Set());
	await vi.advanceTimersByTimeAsync(5_000);
	expect(await reading).toBeNull();
	await writing;
});
