import { describe, expect, it } from "vitest";
import type { Room } from "../../wire/words";
import { changedSettings, deletesMore } from "./room_changes";

const room: Room = { ROOM: "r-1", KIND: "named", TITLE: "Optics", READ_ONLY: true, KEEP_DAYS: 30 };

describe("changedSettings", () => {
	it.each([
		[{}, {}],
		[{ TITLE: "Optics " }, {}],
		[{ TITLE: "Optik" }, { TITLE: "Optik" }],
		[{ TOPIC: "" }, {}],
		[{ TOPIC: " light " }, { TOPIC: "light" }],
		[{ PRIVATE: false, SLOW_SECONDS: 0 }, {}],
		[
			{ READ_ONLY: false, KEEP_DAYS: 0 },
			{ READ_ONLY: false, KEEP_DAYS: 0 },
		],
	])("%j", (edited, changes) => {
		expect(changedSettings(room, edited)).toEqual(changes);
	});
});

describe("deletesMore", () => {
	it.each([
		[{ KEEP_DAYS: 7 }, true],
		[{ KEEP_DAYS: 90 }, false],
		[{ KEEP_DAYS: 0 }, false],
		[{ KEEP_EVENTS: 1000 }, true],
		[{ TITLE: "x" }, false],
	])("%j: %s", (changes, deletes) => {
		expect(deletesMore(room, changes)).toBe(deletes);
	});
});
