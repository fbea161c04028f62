import { describe, expect, it } from "vitest";
import { formatQuery, NO_QUERY, parseQuery, withIsoDays } from "./query";

describe("parseQuery", () => {
	it.each([
		["", {}],
		["red shift", { words: "red shift" }],
		['"red shift" laser', { words: '"red shift" laser' }],
		["in:lobby ", { in: "lobby" }],
		['from:"Tony Smith" valve', { from: "Tony Smith", words: "valve" }],
		["after:2024-05-31 before:2024-06-30", { after: "2024-05-31", before: "2024-06-30" }],
		["has:link has:file", { link: true, file: true }],
		["has:wings", { words: "has:wings" }],
		['"note:this"', { words: '"note:this"' }],
		["from:mary from:tony", { from: "tony", words: "from:mary" }],
		['unfinished "quote', { words: 'unfinished "quote' }],
	])("%j", (line, expected) => {
		expect(parseQuery(line)).toEqual({ ...NO_QUERY, ...expected });
	});
});

describe("formatQuery", () => {
	it("puts filters before words, and quotes round what has spaces", () => {
		expect(formatQuery({ ...NO_QUERY, words: " shift ", from: "Tony Smith", in: "r-1", link: true, file: true })).toBe(
			'from:"Tony Smith" in:r-1 has:link has:file shift',
		);
	});

	it.each(['from:"Tony Smith" in:r-1 after:2024-05-31 before:2024-06-30 has:link has:file "red shift" x', "a b"])(
		"says the same again: %s",
		(line) => {
			expect(formatQuery(parseQuery(line))).toBe(line);
		},
	);

	it.each(['a "quoted" title', "C:\\", "a\\", "“x”", 'x"'])("finds the room %s again", (title) => {
		expect(parseQuery(formatQuery({ ...NO_QUERY, in: title, words: "x" }))).toEqual({
			...NO_QUERY,
			in: title,
			words: "x",
		});
	});

	it("lets no quote of a name end the name", () => {
		expect(formatQuery({ ...NO_QUERY, from: 'a" in:b' })).toBe('from:"a\\" in:b"');
	});
});

describe("withIsoDays", () => {
	const SATURDAY = new Date(2026, 10, 28, 9, 30);

	it.each([
		["after:21.11. before:yesterday laser", "after:2026-11-21 before:2026-11-27 laser"],
		["before:29.2.", "before:2024-02-29"],
		["after:2026-11-21", "after:2026-11-21"],
		["after:lunch", "after:lunch"],
		['"after:21.11." on:21.11. 21.11.', '"after:21.11." on:21.11. 21.11.'],
	])("makes of %s: %s", (line, wanted) => {
		expect(withIsoDays(line, "en", SATURDAY)).toBe(wanted);
	});
});
