import { expect, test } from "vitest";
import { initials, tint } from "./initials";

test.each([
	["Mary", "Ma"],
	["mary smith", "MS"],
	["Zoë", "Zo"],
	["大輔 (Daisuke)", "大"],
	["🦊 Fox", "🦊"],
	["👩‍🚀", "👩‍🚀"],
	["🇩🇪 Karl", "🇩🇪"],
	["عمر", "ع"],
	["e\u0301mile", "E\u0301m"],
	["x", "X"],
	["  ", "?"],
	["", "?"],
])("%s is %s for short", (name, short) => {
	expect(initials(name)).toBe(short);
});

test("a person keeps their colour", () => {
	expect(tint("mary@lab")).toBe(tint("mary@lab"));
	const tints = new Set(Array.from({ length: 300 }, (_, index) => tint(`p${index}@lab`)));
	expect([...tints].sort((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
