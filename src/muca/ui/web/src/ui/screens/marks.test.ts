import { describe, expect, it } from "vitest";
import { excerpt, marksOf, pieces } from "./marks";

const shown = (text: string, marks: Parameters<typeof pieces>[1]) =>
	pieces(text, marks)
		.map(({ text: piece, marked }) => (marked ? `[${piece}]` : piece))
		.join("");

describe("marksOf", () => {
	it("counts characters, not UTF-16 units", () => {
		const text = "😬 valve 👍🏽 and valve";
		expect(
			shown(
				text,
				marksOf(text, [
					[2, 5],
					[15, 5],
				]),
			),
		).toBe("😬 [valve] 👍🏽 and [valve]");
	});

	it("stays within the text", () => {
		expect(marksOf("ab", [[1, 9]])).toEqual([[1, 2]]);
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
