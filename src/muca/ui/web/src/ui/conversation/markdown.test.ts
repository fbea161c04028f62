import { expect, test } from "vitest";
import { CASES } from "../../../../../../../tests/model/mentions.json";
import type { MentionPlace } from "../../wire/words";
import { isEmojiOnly, markMentions, type Node, type Piece, parseMarkdown, piecesOf, plainText } from "./markdown";

/** `strong(x)`: short for the tree. */
const shape = (nodes: readonly Node[]): string =>
	nodes
		.map((node) => {
			if ("children" in node) return `${node.is}${node.href && `[${node.href}]`}(${shape(node.children)})`;
			return node.is === "text" ? node.text : `${node.is}${node.language && `:${node.language}`}{${node.text}}`;
		})
		.join("");

test.each([
	["plain", "p(plain)"],
	["two\nlines", "p(twobreak{}lines)"],
	["**bold** *it* ~~no~~ `code`", "p(strong(bold) em(it) s(no) code{code})"],
	["```py\na = 1\n```\nafter", "block:py{a = 1}p(after)"],
	["> said\n\nanswer", "blockquote(p(said))p(answer)"],
	["- one\n- two", "ul(li(one)li(two))"],
	["https://example.org/a_b_c", "p(a[https://example.org/a_b_c](https://example.org/a_b_c))"],
	["[here](https://example.org)", "p(a[https://example.org](here))"],
	["snake_case_name and 2*3*4", "p(snake_case_name and 2em(3)4)"],
])("%j", (source, tree) => {
	expect(shape(parseMarkdown(source))).toBe(tree);
});

test.each([
	"<img src=x onerror=alert(1)>",
	"<script>alert(1)</script>",
	"![picture](https://example.org/x.png)",
	"[x](javascript:alert(1))",
	"[x](data:text/html,hi)",
	"# no heading",
	"foo.py mary@hku.hk www.example.org",
	"&lt;b&gt;",
])("%s is shown as written", (source) => {
	const found = shape(parseMarkdown(source));
	expect(found.replace("!a[https://example.org/x.png](picture)", source)).toBe(`p(${source})`);
});

test("a quote of a text has no marks", () => {
	expect(plainText("**Rules**: *be* friendly\n- one\n- two")).toBe("Rules: be friendly one two");
	expect(plainText("**Refill** is booked\n\n- for `Tuesday`")).toBe("Refill is booked for Tuesday");
});

test.each([
	["👍", true],
	["👩‍🚀 🇩🇪 👍🏽", true],
	["👍 yes", false],
	["12", false],
	["", false],
])("%j: only emoji: %s", (source, only) => {
	expect(isEmojiOnly(source)).toBe(only);
});

/** The pieces of all texts in the tree at which somebody is meant. */
const meant = (nodes: readonly Node[]): Piece[] =>
	nodes.flatMap((node) => ("children" in node ? meant(node.children) : piecesOf(node.text))).filter(({ at }) => at);

test.each(CASES)("who is meant is found again in $TEXT", ({ TEXT, PLACES }) => {
	const places = PLACES as MentionPlace[];
	const begins = [...new Set(places.map(({ BEGIN }) => BEGIN))];
	const written = begins.map((begin) => {
		const { LENGTH = 0 } = places.find(({ BEGIN }) => BEGIN === begin) ?? {};
		return [...TEXT].slice(begin, begin + LENGTH).join("");
	});
	const tree = parseMarkdown(markMentions(TEXT, places, "bob"));
	expect(meant(tree).map(({ text }) => text)).toEqual(written);
	expect(JSON.stringify(tree).replace(/[\uFDD0-\uFDD2]/gu, "")).toBe(JSON.stringify(parseMarkdown(TEXT)));
});

test("oneself is told from others", () => {
	const places = [
		{ UID: "zoe", BEGIN: 0, LENGTH: 4 },
		{ UID: "me", BEGIN: 0, LENGTH: 4 },
		{ UID: "zoe", BEGIN: 5, LENGTH: 4 },
		{ ROOM: true as const, BEGIN: 12, LENGTH: 5 },
	];
	expect(piecesOf(markMentions("@All @Zoe 🦊 @room", places, "me"))).toEqual([
		{ text: "", at: null },
		{ text: "@All", at: "me" },
		{ text: " ", at: null },
		{ text: "@Zoe", at: "others" },
		{ text: " 🦊 ", at: null },
		{ text: "@room", at: "me" },
		{ text: "", at: null },
	]);
});

test("places in code, and marks that a text brings along, mark nothing", () => {
	const tree = parseMarkdown(markMentions("`@Zoe`", [{ UID: "zoe", BEGIN: 1, LENGTH: 4 }], "me"));
	expect(shape(tree)).toBe("p(code{@Zoe})");
	expect(piecesOf(markMentions("\uFDD1@Zoe\uFDD2", [{ UID: "zoe", BEGIN: 1, LENGTH: 4 }], "me"))).toEqual([
		{ text: "@Zoe", at: null },
	]);
});
