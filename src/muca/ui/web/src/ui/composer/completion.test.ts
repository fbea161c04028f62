import { expect, test } from "vitest";
import { closedShort, complete, completionAt } from "./completion";

test.each([
	["@", { is: "person", query: "", start: 0 }],
	["hi @ma", { is: "person", query: "ma", start: 3 }],
	["(@大", { is: "person", query: "大", start: 1 }],
	["你好@ma", { is: "person", query: "ma", start: 2 }],
	["สวัสดี@ma", { is: "person", query: "ma", start: 6 }],
	["＠田中", { is: "person", query: "田中", start: 0 }],
	["@Mary Sm", { is: "person", query: "Mary Sm", start: 0 }],
	["@Mary ", { is: "person", query: "Mary ", start: 0 }],
	["@anna maria von d", { is: "person", query: "anna maria von d", start: 0 }],
	["so :thum", { is: "emoji", query: "thum", start: 3 }],
	[":+1", { is: "emoji", query: "+1", start: 0 }],
	["@Ann/@Bo", { is: "person", query: "Bo", start: 5 }],
	["@Mary and :ta", { is: "emoji", query: "ta", start: 10 }],
])("%j can be completed", (text, completion) => {
	expect(completionAt(text, text.length)).toEqual(completion);
});

test.each([
	["so (:thum", "thum"],
	["🎉:tada", "tada"],
	["❤️:tada", "tada"],
	["**:tada", "tada"],
	["`code` :tada", "tada"],
	["```\ncode\n```\n:tada", "tada"],
	["a ` alone\n\n:tada", "tada"],
	["https://x.example :wink", "wink"],
	["Beispiele :ja", "ja"],
	["um :30", "30"],
])("the emoji in %j can be completed", (text, query) => {
	expect(completionAt(text, text.length)).toMatchObject({ is: "emoji", query });
});

test.each([
	"",
	"mail@lab",
	"é@lab",
	"mail＠lab",
	"at 17:42",
	":t",
	"a:b",
	"http://x",
	"@ Mary",
	`@${"m".repeat(65)}`,
	"@\n",
	"lol :-D",
	"x[:100",
	"{:100",
	"`:+1",
	"some `code @ma",
	"```\ncode :tada",
	"https://x/:wink",
	"https://x.example/@mary",
	"C:\\x\\:ok",
	"/srv/@mary",
	"std::vector",
])("%j cannot", (text) => {
	expect(completionAt(text, text.length)).toBeNull();
});

test("what counts is what is before the caret", () => {
	expect(completionAt("@ma rest", 3)).toEqual({ is: "person", query: "ma", start: 0 });
});

test("what was chosen is put in place of what was written, with a space after it", () => {
	const completion = { is: "person", query: "ma", start: 3 } as const;
	const completed = (text: string) => {
		const { start, end, put } = complete(text, 6, completion, "@Mary");
		return text.slice(0, start) + put + text.slice(end);
	};
	expect(completed("hi @ma")).toBe("hi @Mary ");
	expect(completed("hi @ma, bye")).toBe("hi @Mary , bye");
	expect(completed("hi @ma there")).toBe("hi @Mary there");
	expect(completed("hi @ma\nthere")).toBe("hi @Mary \nthere");
});

test("a short code is closed by its second colon", () => {
	expect(closedShort("so :tada:", 9)).toEqual({ is: "emoji", query: "tada", start: 3 });
	expect(closedShort("so :tada", 8)).toBeNull();
	expect(closedShort("at 17:42:", 9)).toBeNull();
	for (const text of ["`:+1:", "https://x/:wink:", "C:\\x\\:ok:", "x[:100:", "$HOME/:ok:"])
		expect(closedShort(text, text.length)).toBeNull();
	expect(closedShort("@Mary:", 6)).toBeNull();
});
