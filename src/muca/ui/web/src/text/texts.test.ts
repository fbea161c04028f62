import { describe, expect, it } from "vitest";
import { de } from "./de";
import { en } from "./en";
import { plurals } from "./plurals";

/** Every text by its path: itself, or how many things are put in. */
function paths(texts: object, before = ""): Map<string, string | number> {
	const found = new Map<string, string | number>();
	for (const [name, value] of Object.entries(texts)) {
		if (typeof value === "string") found.set(before + name, value);
		else if (typeof value === "function") found.set(before + name, value.length);
		else for (const [path, deeper] of paths(value, `${before}${name}.`)) found.set(path, deeper);
	}
	return found;
}

const english = paths(en);
const german = paths(de);

describe("German", () => {
	it("has what English has", () => {
		expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
	});

	it("puts no more in than it is given", () => {
		const more = [...german].filter(([path, count]) => typeof count === "number" && count > Number(english.get(path)));
		expect(more).toEqual([]);
	});

	it("is empty only where English is", () => {
		const empty = [...german].filter(([path, text]) => text === "" && english.get(path) !== "");
		expect(empty).toEqual([]);
	});
});

describe("plurals", () => {
	it.each([
		["en", 0, "0 people"],
		["en", 1, "1 person"],
		["en", 12_345, "12,345 people"],
		["de", 1, "1 person"],
		["de", 12_345, "12.345 people"],
	])("%s, %i", (language, count, expected) => {
		expect(plurals(language)(count, "# person", "# people")).toBe(expected);
	});
});
