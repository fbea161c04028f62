/** What of Markdown a message may have: emphasis, code, quotes, lists, links. No HTML, no images, no headings: they are shown as written. */

import MarkdownIt from "markdown-it";
import type { MentionPlace, Uid } from "../../wire/words";

export interface Leaf {
	is: "text" | "code" | "block" | "break" | "line";
	text: string;
	/** Of a block of code, as written. */
	language: string;
}

export interface Branch {
	is: "p" | "em" | "strong" | "s" | "blockquote" | "ul" | "ol" | "li" | "a";
	/** Of a link. */
	href: string;
	/** Of an ordered list. */
	start: number;
	children: Node[];
}

export type Node = Leaf | Branch;

const parser = new MarkdownIt("zero", { linkify: true, breaks: true }).enable([
	"normalize",
	"block",
	"inline",
	"linkify",
	"fence",
	"blockquote",
	"list",
	"paragraph",
	"newline",
	"escape",
	"backticks",
	"strikethrough",
	"emphasis",
	"balance_pairs",
	"link",
	"autolink",
]);
// A name with a dot is no address, nor is somebody's user id: only what says https:// is.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
parser.validateLink = (address) => /^(https?|mailto):/i.test(address);

type Token = ReturnType<typeof parser.parse>[number];

/** The tree of a text. */
export function parseMarkdown(source: string): Node[] {
	return tree(parser.parse(source, {}));
}

function tree(tokens: readonly Token[]): Node[] {
	const root: Node[] = [];
	const open: Node[][] = [root];
	const put = (node: Node) => open.at(-1)?.push(node);
	for (const token of tokens) {
		if (token.hidden) continue; // the paragraph of a tight list
		if (token.nesting === 1) {
			const node = branch(token);
			put(node);
			open.push(node.children);
		} else if (token.nesting === -1) open.pop();
		else if (token.type === "inline") open.at(-1)?.push(...tree(token.children ?? []));
		else put(leaf(token));
	}
	return root;
}

function branch(token: Token): Branch {
	return {
		is: token.tag as Branch["is"],
		href: String(token.attrGet("href") ?? ""),
		start: Number(token.attrGet("start") ?? 1),
		children: [],
	};
}

function leaf(token: Token): Leaf {
	const is = { code_inline: "code", fence: "block", softbreak: "break", hardbreak: "break" }[token.type] ?? "text";
	const text = token.content.replace(/\n$/, "");
	return {
		is: is as Leaf["is"],
		text: is === "text" ? text : withoutMarks(text),
		language: token.info.trim().split(/\s/)[0] ?? "",
	};
}

/** Branches that begin and end a line. */
const BLOCKS = new Set<Branch["is"]>(["p", "blockquote", "ul", "ol", "li"]);

/** A text without its marks, in one line: for quotes and lists. */
export function plainText(source: string): string {
	const flat = (nodes: readonly Node[]): string =>
		nodes
			.map((node) => {
				if ("children" in node) return BLOCKS.has(node.is) ? ` ${flat(node.children)} ` : flat(node.children);
				return node.is === "break" ? " " : node.is === "block" ? ` ${node.text} ` : node.text;
			})
			.join("");
	return flat(parseMarkdown(source)).replace(/\s+/g, " ").trim();
}

/** A few emoji and nothing else: they are shown large. */
export const isEmojiOnly = (source: string): boolean =>
	/^(?:(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2})(?:\u{FE0F}|\u{200D}|\p{Emoji_Modifier})*\s*){1,6}$/u.test(
		source,
	);

// Where somebody is meant is marked before the text is parsed, with characters that no text has (Unicode, noncharacters).
const OTHERS = "\u{FDD0}";
const ME = "\u{FDD1}";
const END = "\u{FDD2}";
const MARKS = new RegExp(`[${OTHERS}${ME}${END}]`, "gu");
const MENTION = new RegExp(`([${OTHERS}${ME}][^${OTHERS}${ME}${END}]*${END})`, "u");

/** Mark where in a text somebody is meant, to be found again by `piecesOf`. Places are in code points. */
export function markMentions(source: string, places: readonly MentionPlace[], me: Uid | undefined): string {
	const bare = source.replace(MARKS, "");
	if (places.length === 0 || bare !== source) return bare;
	const begins = new Map<number, string>();
	const ends = new Set<number>();
	for (const { UID, ROOM, BEGIN, LENGTH } of places) {
		if (ROOM || UID === me || !begins.has(BEGIN)) begins.set(BEGIN, ROOM || UID === me ? ME : OTHERS);
		ends.add(BEGIN + LENGTH);
	}
	const marked = [...source, ""].map(
		(character, index) => (ends.has(index) ? END : "") + (begins.get(index) ?? "") + character,
	);
	return marked.join("");
}

export const withoutMarks = (marked: string): string => marked.replace(MARKS, "");

export interface Piece {
	text: string;
	/** Whether somebody is meant by it, and whether that is oneself. */
	at: "others" | "me" | null;
}

/** Cut a marked text at its mentions. */
export const piecesOf = (marked: string): Piece[] =>
	marked.split(MENTION).map((piece, index) => ({
		text: withoutMarks(piece),
		at: index % 2 === 0 ? null : piece.startsWith(ME) ? "me" : "others",
	}));
