import { describe, expect, it } from "vitest";
import { excerpt, pieces, shownHits } from "./marks";

const shown = (text: string, marks: Parameters<typeof pieces>[1]) =>
	pieces(text, marks)
		.map(({ text: piece, marked }) => (marked ? `[${piece}]` : piece))
		.join("");

describe("shownHits", () => {
	const hits = (source: string, ...places: [number, number][]) => {
		const { text, marks } = shownHits(source, places);
		return shown(text, marks);
	};

	it("counts characters, not UTF-16 units", () => {
		expect(hits("😬 valve 👍🏽 and valve", [2, 5], [15, 5])).toBe("😬 [valve] 👍🏽 and [valve]");
	});

	it("stays within the text, also where hits overlap", () => {
		expect(hits("ab", [1, 9])).toBe("a[b]");
		expect(hits("abcde", [0, 3], [1, 3])).toBe("[abcd]e");
	});

	it("has no marks of the text", () => {
		expect(hits("**Rules**:\n- `short`", [2, 5], [14, 5])).toBe("[Rules]: • [short]");
		expect(hits("see https://example.org.", [12, 11])).toBe("see https://[example.org].");
	});
});

describe("pieces", () => {
	it("has every letter once, also where marks overlap", () => {
		expect(
			shown("abcdef", [
				[3, 5],
				[1, 4],
			]),
		).toBe("a[bcd][e]f");
		expect(shown("abc", [])).toBe("abc");
	});
});

describe("excerpt", () => {
	const words = "word ".repeat(200);

	it("leaves short texts alone", () => {
		expect(excerpt("short", [[0, 5]])).toEqual({ text: "short", marks: [[0, 5]] });
	});

	it("shows the first mark of a long one, and cuts between words", () => {
		const text = `${words}needle ${words}`;
		const part = excerpt(text, [[words.length, words.length + 6]]);
		expect(part.text.length).toBeLessThan(280);
		expect(part.text).toMatch(/^… word .* word …$/);
		expect(shown(part.text, part.marks)).toContain(" [needle] ");
	});

	it("cuts no character in two", () => {
		const part = excerpt("😬".repeat(400), []);
		expect(encodeURIComponent(part.text)).toBeTruthy(); // throws at half a character
	});
});
