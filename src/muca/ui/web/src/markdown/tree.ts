/** A text as it is shown: a tree of what its marks mean. Whatever has no clear meaning is a text, as it was typed. */

export interface Words {
	is: "text";
	/** May have line feeds, and runs of spaces that count. */
	text: string;
}

export interface Code {
	is: "code" | "block";
	text: string;
	/** Of a block: what stands beside its first fence, if that is a language; else empty. */
	language: string;
}

export interface Formula {
	is: "math";
	/** LaTeX, without the marks around it. */
	text: string;
	/** As it was typed. */
	source: string;
	/** On lines of its own. */
	display: boolean;
}

export interface Span {
	is: "em" | "strong" | "s";
	children: Inline[];
}

export interface Link {
	is: "a";
	href: string;
	/** The address as it was typed, where the link shows other words: it is shown behind them. */
	address: string | null;
	children: Inline[];
}

export type Inline = Words | Code | Formula | Span | Link;

export interface Part {
	is: "p" | "blockquote";
	children: Node[];
}

/** A paragraph whose columns stand below each other: a table made of characters, a traceback, code that nobody marked. */
export interface Aligned {
	is: "aligned";
	children: Inline[];
}

export interface Heading {
	is: "heading";
	level: number;
	children: Inline[];
}

export interface Item {
	/** As it was typed: `-`, `3.`, `007)`. */
	marker: string;
	/** Of a task: `[ ]` or `[x]`, as it was typed; else null. */
	box: string | null;
	/** How deep it lies in other items: 0 to `DEPTH_MAX`. */
	depth: number;
	children: Node[];
}

export interface List {
	is: "list";
	items: Item[];
}

export interface Table {
	is: "table";
	align: ("start" | "center" | "end" | null)[];
	/** The first row is the head. */
	rows: Inline[][][];
}

export type Node = Inline | Part | Aligned | Heading | List | Table;

/** How deep quotes and lists may lie in each other; what lies deeper stays as typed. */
export const DEPTH_MAX = 6;

/** What is shown, in one line: for quotes, notifications and lists. Keeps all that `marks` left in it. */
export const plainText = (nodes: readonly Node[]): string => flat(nodes).replace(/\s+/g, " ").trim();

function flat(nodes: readonly Node[]): string {
	return nodes.map(one).join("");
}

function one(node: Node): string {
	switch (node.is) {
		case "text":
		case "code":
			return node.text;
		case "block":
			return ` ${node.language} ${node.text} `;
		case "math":
			return node.text;
		case "a":
			return node.address === null ? flat(node.children) : `${flat(node.children)} (${node.address})`;
		case "list":
			return node.items.map(({ marker, children }) => ` ${bullet(marker)} ${flat(children)} `).join("");
		case "table":
			return node.rows.map((row) => ` ${row.map(flat).join(" | ")} `).join("");
		case "em":
		case "strong":
		case "s":
			return flat(node.children);
		default:
			return ` ${flat(node.children)} `;
	}
}

/** How the marker of an item is shown. */
export const bullet = (marker: string): string => (marker === "-" || marker === "*" ? "•" : marker);
