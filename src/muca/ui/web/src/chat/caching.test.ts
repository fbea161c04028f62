// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { message } from "../testing/samples";
import type { LogCopy, Overview } from "./cache";
import { Caching } from "./caching";

const log = (...seqs: number[]): LogCopy => ({
	first: seqs[0] ?? 1,
	last: seqs.at(-1) ?? 0,
	events: seqs.map((seq) => message(seq)),
});

let logs: Map<string, LogCopy>;
let storedRooms: Set<string>;
let isCurrent: boolean;
/** The rooms whose logs were written, for each write. */
let written: string[][];
let cleared: number;
let loaded: string[];
let caching: Caching;

beforeEach(() => {
	vi.useFakeTimers();
	logs = new Map();
	storedRooms = new Set(["lobby"]);
	isCurrent = true;
	written = [];
	cleared = 0;
	loaded = [];
	caching = new Caching({
		cache: {
			read: async () => null,
			write: async (_, changed) => void written.push([...changed.keys()]),
			clear: async () => {
				cleared += 1;
			},
		},
		conversations: {
			get: (room) => ({ copy: () => logs.get(room) ?? null }),
			readAhead: (room) => void loaded.push(room),
			letGo: () => {},
		},
		get isCurrent() {
			return isCurrent;
		},
		get storedRooms() {
			return storedRooms;
		},
		overview: {} as Overview,
	});
});
afterEach(() => {
	caching.end();
	vi.useRealTimers();
});

const second = () => {
	caching.soon();
	vi.advanceTimersByTime(1_000);
};

it("writes the logs that have changed", () => {
	logs.set("lobby", log(1, 2));
	second();
	second();
	logs.set("lobby", { ...log(1, 2), last: 3 });
	second();
	expect(written).toEqual([["lobby"], [], ["lobby"]]);
});

it("writes a log again after its room was not stored for a while", () => {
	logs.set("lobby", log(1, 2));
	second();
	storedRooms = new Set();
	second();
	storedRooms = new Set(["lobby"]);
	second();
	expect(written).toEqual([["lobby"], [], ["lobby"]]);
});

it("loads one room after the other in advance, each once a session", () => {
	storedRooms = new Set(["lobby", "r-1", "r-2"]);
	caching.soon();
	vi.advanceTimersByTime(2_000);
	expect(loaded).toEqual(["lobby", "r-1"]);
	vi.advanceTimersByTime(10_000);
	expect(loaded).toEqual(["lobby", "r-1", "r-2"]);
	caching.joined();
	second();
	expect(loaded.slice(3)).toEqual(["lobby"]);
});

it("writes nothing while what is shown is outdated, or when the session is over", () => {
	isCurrent = false;
	second();
	isCurrent = true;
	caching.end();
	second();
	expect([written, cleared, vi.getTimerCount()]).toEqual([[], 1, 0]);
});
