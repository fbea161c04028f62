import { expect, test } from "vitest";
import { CASES } from "../../../../../../tests/model/mentions.json";
import TEXTS from "../../../../../../tests/ui/texts.json";
import type { MentionPlace } from "../wire/words";
import { parseMarkdown } from "./blocks";
import { isEmojiOnly } from "./emoji_only";
import { markMentions, type Piece, piecesOf, withoutMarks } from "./marks";
import { bullet, type Item, type Node, plainText } from "./tree";

/** `strong(x)`: short for a tree. What takes lines of its own is told apart by line feeds. */
const shape = (nodes: readonly Node[]): string =>
	nodes.map((node, index) => (index > 0 && isBlock(node, nodes[index - 1]) ? "\n" : "") + one(node)).join("");

const BLOCKS = ["p", "aligned", "blockquote", "list", "heading", "table", "block"];
const isBlock = (node: Node, before: Node | undefined): boolean =>
	BLOCKS.includes(node.is) || BLOCKS.includes(before?.is ?? "");

function one(node: Node): string {
	switch (node.is) {
		case "text":
			return node.text;
		case "code":
			return `code(${node.text})`;
		case "block":
			return `block${node.language && `:${node.language}`}{${node.text}}`;
		case "math":
			return `math${node.display ? "$" : ""}(${node.text})`;
		case "a":
			return `a[${node.href}](${shape(node.children)})${node.address === null ? "" : ` (${node.address})`}`;
		case "p":
			return shape(node.children);
		case "heading":
			return `h${node.level}(${shape(node.children)})`;
		case "list":
			return `list(${node.items.map(item).join(",")})`;
		case "table":
			return `table(${node.rows.map((row) => row.map(shape).join(",")).join(";")})`;
		default:
			return `${node.is}(${shape(node.children)})`;
	}
}

const item = ({ depth, marker, box, children }: Item): string =>
	`${depth || ""}${bullet(marker)}${box ?? ""}|${shape(children)}`;

test.each(TEXTS)("$TEXT", ({ TEXT, TREE }) => {
	expect(shape(parseMarkdown(TEXT))).toBe(TREE);
});

/** All that is shown of a tree, marks of lists and the names of languages too. */
const shown = (nodes: readonly Node[]): string =>
	nodes
		.map((node): string => {
			switch (node.is) {
				case "text":
				case "code":
					return node.text;
				case "block":
					return node.language + node.text;
				case "math":
					return node.source;
				case "list":
					return node.items.map(({ marker, box, children }) => marker + (box ?? "") + shown(children)).join("");
				case "table":
					return node.rows.map((row) => row.map(shown).join("")).join("");
				case "a":
					return shown(node.children) + (node.address ?? "");
				default:
					return shown(node.children);
			}
		})
		.join("");

const letters = (text: string): string => text.replace(/[^\p{L}\p{N}\p{S}\p{M}]|[`~^|<>+=$\p{Sk}]/gu, "");

/** A random generator that always gives the same. */
function chances(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
		return (state >> 8) % below;
	};
}

const BITS = [
	..."*_~`$\\[]()<>|#-+.:!@&\"'=,;?/{}\n\t  ",
	..."aB7é你🦊",
	"**",
	"~~",
	"```",
	"\n```\n",
	"\n> ",
	"\n- ",
	"\n1. ",
	"\n\n",
	"```py\n",
	"$$",
	"\\(",
	"\\)",
	"\\[",
	"\\]",
	"  ",
	"    ",
	"https://x.example/a",
	"](https://x.example)",
	"| a | b |\n|---|---|\n",
	"word ",
	"[x] ",
	"\n# ",
	"\u200d",
	"\ufe0f",
	"mailto:a@b.c",
];

test("whatever is written is shown: every letter, digit and sign, in order, and never nothing", () => {
	for (let seed = 1; seed <= 4_000; seed++) {
		const chance = chances(seed);
		const source = Array.from({ length: 1 + chance(24) }, () => BITS[chance(BITS.length)]).join("");
		const tree = parseMarkdown(source);
		expect(letters(shown(tree)), JSON.stringify(source)).toBe(letters(source));
		expect(shown(tree).trim() === "", JSON.stringify(source)).toBe(source.trim() === "");
		expect(plainText(tree) === "", JSON.stringify(source)).toBe(source.trim() === "");
	}
});

test("work grows with the length of a text", () => {
	const looks = (source: string): number => {
		let count = 0;
		const { exec, test } = RegExp.prototype;
		RegExp.prototype.exec = function (text) {
			count += 1;
			return exec.call(this, text);
		};
		RegExp.prototype.test = function (text) {
			count += 1;
			return test.call(this, text);
		};
		try {
			parseMarkdown(source);
		} finally {
			Object.assign(RegExp.prototype, { exec, test });
		}
		return count;
	};
	const marks = BITS.filter((bit) => !/^[+#.:!@&"',;?/{}]$/.test(bit));
	for (const bit of marks.flatMap((one) => marks.map((other) => one + other))) {
		const [short, long] = [looks(bit.repeat(24)), looks(bit.repeat(192))];
		expect(long, JSON.stringify(bit)).toBeLessThanOrEqual(9 * short + 200);
	}
});

test("a quote of a text has no marks, in one line", () => {
	const plain = (source: string) => plainText(parseMarkdown(source));
	expect(plain("**Rules**: *be* friendly\n- one\n- two")).toBe("Rules: be friendly • one • two");
	expect(plain("**Refill** is booked\n\n- for `Tuesday`")).toBe("Refill is booked • for Tuesday");
	expect(plain("> said\nyes")).toBe("said yes");
	expect(plain("| a | b |\n|---|---|\n| 1 | 2 |")).toBe("a | b 1 | 2");
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

/** The pieces of all texts in a tree. */
const pieces = (nodes: readonly Node[]): Piece[] =>
	nodes.flatMap((node) => {
		if (node.is === "text") return piecesOf(node.text);
		if (node.is === "list") return node.items.flatMap(({ children }) => pieces(children));
		if (node.is === "table") return node.rows.flatMap((row) => row.flatMap(pieces));
		return "children" in node ? pieces(node.children) : [];
	});

const placed = (nodes: readonly Node[]): string[] =>
	pieces(nodes).flatMap(({ text, at }) => (at === null ? [] : [text]));

test.each(CASES)("who is meant is found again in $TEXT", ({ TEXT, PLACES }) => {
	const places = PLACES as MentionPlace[];
	const begins = [...new Set(places.map(({ BEGIN }) => BEGIN))];
	const written = begins.map((begin) => {
		const { LENGTH = 0 } = places.find(({ BEGIN }) => BEGIN === begin) ?? {};
		return [...TEXT].slice(begin, begin + LENGTH).join("");
	});
	const tree = parseMarkdown(markMentions(TEXT, places, "bob"));
	expect(placed(tree)).toEqual(written);
	expect(withoutMarks(JSON.stringify(tree))).toBe(JSON.stringify(parseMarkdown(TEXT)));
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
	expect(placed(tree)).toEqual([]);
	expect(piecesOf(markMentions("\uFDD1@Zoe\uFDD3", [{ UID: "zoe", BEGIN: 1, LENGTH: 4 }], "me"))).toEqual([
		{ text: "@Zoe", at: null },
	]);
});
