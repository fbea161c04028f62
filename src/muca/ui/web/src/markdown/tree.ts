/** The parsed tree of a text. Whatever is not clearly formatting is plain text, as it was typed. */

interface Words {
	is: "text";
	/** May have line feeds and significant runs of spaces. */
	text: string;
}

interface Code {
	is: "code" | "block";
	text: string;
	/** For a block: the language after its opening fence, or empty. */
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

interface Span {
	is: "em" | "strong" | "s";
	children: Inline[];
}

export interface Link {
	is: "a";
	href: string;
	/** The address as it was typed, if the link has other words; it is shown after them. */
	address: string | null;
	children: Inline[];
}

export type Inline = Words | Code | Formula | Span | Link;

interface Part {
	is: "p" | "blockquote";
	children: Node[];
}

/** A paragraph with aligned columns: an ASCII table, a traceback, code without fences. */
interface Aligned {
	is: "aligned";
	children: Inline[];
}

interface Heading {
	is: "heading";
	level: number;
	children: Inline[];
}

export interface Item {
	/** As it was typed: `-`, `3.`, `007)`. */
	marker: string;
	/** For a task: `[ ]` or `[x]`, as it was typed; else null. */
	box: string | null;
	/** Its nesting level: 0 to `DEPTH_MAX`. */
	depth: number;
	children: Node[];
}

interface List {
	is: "list";
	items: Item[];
}

export interface Table {
	is: "table";
	align: ("start" | "center" | "end" | null)[];
	/** The first row is the header. */
	rows: Inline[][][];
}

export type Node = Inline | Part | Aligned | Heading | List | Table;

/** Maximum nesting of quotes and lists; deeper levels stay as typed. */
export const DEPTH_MAX = 6;

/** The visible text in one line, for quotes, notifications and lists. Keeps the marks of highlights. */
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

/** The displayed marker of an item. */
export const bullet = (marker: string): string => (marker === "-" || marker === "*" ? "•" : marker);
