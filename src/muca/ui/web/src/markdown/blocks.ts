/**
 * Block elements: code, quotes, lists, headings, tables, formulas. Everything else stays as it was typed, with its line feeds
 * and spaces, and no element continues on the next line without a mark.
 */

import { isFormula, parseAddresses, parseInline } from "./inline";
import { isLanguage } from "./languages";
import { withoutMarks } from "./marks";
import { DEPTH_MAX, type Item, type Node, type Table } from "./tree";

const FENCE = /^ {0,3}(`{3,}(?!`)(?!.*`)|~{3,}(?!~))[ \t]*(.*)$/;
/** A fence after words; it counts only if the block has an end. */
const FENCE_BEHIND = /(?<!`)(`{3,})[ \t]*([\w+#-]*)[ \t]*$/;
/** Three are Python's prompt, more come from merge conflicts. */
const PROMPT = /^ {0,3}>>>/;
const QUOTED = /^ {0,3}>(?:[ \t]|(?=>)|$)/;
const HEADING = /^(#{1,6})[ \t]+(\S.*)$/;
const ITEM = /^([ \t]*)([-*]|\d{1,9}[.)])([ \t]+)(\S.*)$/;
/** After these, a bullet is a sign: `- 5 degrees`, `* * * * * job`. */
const OPERAND = /^(?:[+-]?[.,]?\d|[-*][ \t])/;
const BOX = /^(\[[ xX]\])[ \t]+(\S.*)$/;
const DELIMITERS = /^\|?[ \t]*:?-+:?(?:[ \t]*\|[ \t]*:?-+:?)*(?:[ \t]*\|)?$/;
const COLUMNS_MAX = 50;
const FORMULA_LINES_MAX = 100;
/** Browsers cannot nest more elements. */
const FORMULA_CHARS_MAX = 2_000;
const FORMULA_BEGINS = /^ {0,3}(\$\$|\\\[)(.*)$/;
/** Next to such a line, minus is a sign: in a diff, or in a list of pros and cons. */
const PLUS = /^\+(?!\d)/;
/**
 * A paragraph has columns if it has a line that begins with spaces, a tab, a wide gap, box-drawing characters, or the
 * beginning of a script, a comment or a Python session.
 */
const COLUMNS = /^ {2,}\S|\t| {3}\S|[\u2500-\u257F]|^[+|].*[+|]$|^(?:#!|\/\*|>>> )/;
/** Or two lines with a gap that does not end a sentence. */
const GAP = /[^\s.!?:] {2}\S/;

/** Without nodes: plain text up to there. */
type Found = [nodes: Node[] | null, next: number];

/** Parse a text. If the text is not blank, neither is the result. */
export const parseMarkdown = (source: string): Node[] => parse(source.replace(/\r\n?/g, "\n").split("\n"), 0);

/** `depth`: the number of quotes and lists around these lines. */
function parse(lines: readonly string[], depth: number): Node[] {
	const nodes: Node[] = [];
	let plain = 0; // start of the plain text
	let chunk = 0; // start of its last paragraph
	let inColumns = false; // whether it has columns: then everything in it is plain text, except fences
	let at = 0;
	while (at < lines.length) {
		if (isBlank(line(lines, at))) {
			chunk = ++at;
			inColumns = false;
			continue;
		}
		const found = PARTS.reduce<Found | null>((found, part) => found ?? part(lines, at, depth), null);
		if (found === null) {
			at++;
			continue;
		}
		const [parts, next] = found;
		if (parts) inColumns ||= hasColumns(lines.slice(chunk, at));
		if (parts && (!inColumns || parts.at(-1)?.is === "block")) {
			nodes.push(...paragraphs(lines.slice(plain, at)), ...parts);
			plain = chunk = next;
			inColumns = false;
		}
		at = next;
	}
	return [...nodes, ...paragraphs(lines.slice(plain))];
}

/** The parsers of elements that begin at a line. Each returns the element and the next line, or null. */
const PARTS: readonly ((lines: readonly string[], at: number, depth: number) => Found | null)[] = [
	fenced,
	formula,
	quote,
	fencedBehind,
	list,
	heading,
	table,
];

const line = (lines: readonly string[], at: number): string => lines[at] ?? "";

const isBlank = (text: string): boolean => withoutMarks(text).trim() === "";

function fenced(lines: readonly string[], at: number): Found | null {
	const [, fence = "", beside = ""] = FENCE.exec(line(lines, at)) ?? [];
	if (fence === "") return null;
	const word = withoutMarks(beside).trim();
	const language = isLanguage(word) ? word : "";
	if (fence.startsWith("~") && word !== language) return null; // a decoration: `~~~ Title ~~~`
	let end = findBehind(lines, at, (text) => beforeFence(text, fence)?.trim() === "");
	// Many people put the closing fence after the last line of code.
	if (end < 0) end = findBehind(lines, at, (text) => beforeFence(text, fence) !== null);
	const code = lines.slice(at + 1, end < 0 ? lines.length : end);
	const last = end < 0 ? null : beforeFence(line(lines, end), fence);
	if (last?.trim()) code.push(last);
	if (word !== language) code.unshift(beside);
	const text = code.join("\n");
	return isBlank(text) ? null : [[{ is: "block", text, language }], end < 0 ? lines.length : end + 1];
}

/** A fence after words, as in “See: ```”, and the code below it, as if the fence were on its own line. */
function fencedBehind(lines: readonly string[], at: number): Found | null {
	const text = line(lines, at);
	const [behind = "", fence = "", beside = ""] = FENCE_BEHIND.exec(text) ?? [];
	const words = text.slice(0, text.length - behind.length);
	if (itemOf(text) && line(lines, at + 1).startsWith("  ")) return null; // it belongs to the item
	if (fence === "" || isBlank(words) || words.includes(fence) || (beside !== "" && !isLanguage(beside))) return null;
	const end = findBehind(lines, at, (text) => beforeFence(text, fence) !== null);
	if (end < 0) return null;
	const found = fenced([fence + beside, ...lines.slice(at + 1, end + 1)], 0);
	return found?.[0] ? [[...paragraphs([words]), ...found[0]], end + 1] : null;
}

function findBehind(lines: readonly string[], at: number, is: (text: string) => boolean): number {
	for (let index = at + 1; index < lines.length; index++) if (is(line(lines, index))) return index;
	return -1;
}

/** The text before the fence at the end of a line; null if there is no fence of this length. */
function beforeFence(text: string, fence: string): string | null {
	const whole = text.trimEnd();
	let begin = whole.length;
	while (begin > 0 && whole[begin - 1] === fence[0]) begin--;
	return whole.length - begin >= fence.length ? whole.slice(0, begin) : null;
}

function formula(lines: readonly string[], at: number): Found | null {
	const [, begin = "", rest = ""] = FORMULA_BEGINS.exec(line(lines, at)) ?? [];
	if (begin === "") return null;
	const close = begin === "$$" ? "$$" : "\\]";
	const found: string[] = [];
	for (let index = at; index < Math.min(lines.length, at + FORMULA_LINES_MAX); index++) {
		const text = index === at ? rest : line(lines, index);
		if (!text.trimEnd().endsWith(close)) {
			if (index > at && (isBlank(text) || FORMULA_BEGINS.test(text))) return null;
			found.push(text);
			continue;
		}
		const inner = [...found, text.trimEnd().slice(0, -close.length)].join("\n").trim();
		if (!isFormula(withoutMarks(inner)) || inner.includes(close) || inner.length > FORMULA_CHARS_MAX) return null;
		const source = lines.slice(at, index + 1).join("\n");
		return [[{ is: "math", text: inner, source, display: true }], index + 1];
	}
	return null;
}

function quote(lines: readonly string[], at: number, depth: number): Found | null {
	if (depth >= DEPTH_MAX || PROMPT.test(line(lines, at))) return null;
	let end = at;
	while (QUOTED.test(line(lines, end)) && end < lines.length) end++;
	const inside = lines.slice(at, end).map((text) => text.replace(QUOTED, ""));
	if (end === at) return null;
	if (inside.every((text) => isBlank(text.replace(/>/g, "")))) return [null, end];
	return [[{ is: "blockquote", children: parse(inside, depth + 1) }], end];
}

function list(lines: readonly string[], first: number, depth: number): Found | null {
	if (depth >= DEPTH_MAX || !itemOf(line(lines, first))) return null;
	const items: Item[] = [];
	/** The indentation of the current item and of those around it. */
	const indents: number[] = [];
	let at = first;
	while (at < lines.length) {
		const blanks = blanksFrom(lines, at);
		const found = itemOf(line(lines, at + blanks));
		if (found === null) break;
		at += blanks;
		while (indents.length > 0 && found.indent < (indents.at(-1) ?? 0)) indents.pop();
		if (indents.length === 0 || found.indent > (indents.at(-1) ?? 0) + 1) indents.push(found.indent);
		const content = [found.content];
		at++;
		for (;;) {
			const gap = blanksFrom(lines, at);
			const text = line(lines, at + gap);
			if (isBlank(text) || itemOf(text) || !text.startsWith(" ".repeat(found.width))) break;
			content.push(...Array<string>(gap).fill(""), text.slice(found.width));
			at += gap + 1;
		}
		items.push({
			marker: found.marker,
			box: found.box,
			depth: Math.min(indents.length - 1, DEPTH_MAX),
			children: parse(content, DEPTH_MAX),
		});
	}
	const isOfSigns = [first - 1, at].some((near) => PLUS.test(line(lines, near))) && items.some(isMinus);
	const isNote = items.length === 1 && items[0]?.marker === "*"; // a footnote, a correction
	return [isOfSigns || isNote ? null : [{ is: "list", items }], at];
}

const isMinus = ({ marker }: Item): boolean => marker === "-";

function blanksFrom(lines: readonly string[], at: number): number {
	let end = at;
	while (end < lines.length && isBlank(line(lines, end))) end++;
	return end - at;
}

interface FoundItem {
	indent: number;
	marker: string;
	box: string | null;
	content: string;
	/** The indentation of lines that continue it. */
	width: number;
}

function itemOf(text: string): FoundItem | null {
	const [, space = "", marker = "", gap = "", rest = ""] = ITEM.exec(text) ?? [];
	if (marker === "" || isBlank(rest.replace(/[-*_]/g, ""))) return null;
	if (!/\d/.test(marker) && OPERAND.test(withoutMarks(rest))) return null;
	const [, box = null, task = rest] = BOX.exec(rest) ?? [];
	const indent = space.replace(/\t/g, "    ").length;
	return { indent, marker, box, content: task, width: Math.max(2, space.length + marker.length + gap.length) };
}

function heading(lines: readonly string[], at: number): Found | null {
	const [, marks = "", text = ""] = HEADING.exec(line(lines, at)) ?? [];
	if (marks === "" || isBlank(text)) return null;
	return [[{ is: "heading", level: marks.length, children: parseInline(text.trimEnd()) }], at + 1];
}

function table(lines: readonly string[], at: number): Found | null {
	const delimiters = line(lines, at + 1).trim();
	if (!line(lines, at).includes("|") || !delimiters.includes("|") || !DELIMITERS.test(delimiters)) return null;
	const head = cells(line(lines, at));
	const aligned = cells(delimiters);
	if (head.length !== aligned.length || head.every(isBlank)) return null;
	const rows = [head];
	let end = at + 2;
	while (end < lines.length && line(lines, end).includes("|")) rows.push(cells(line(lines, end++)));
	const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
	if (width > COLUMNS_MAX) return null;
	const align = Array.from({ length: width }, (_, index): Table["align"][number] => {
		const text = aligned[index] ?? "";
		if (!text.endsWith(":")) return text.startsWith(":") ? "start" : null;
		return text.startsWith(":") ? "center" : "end";
	});
	return [[{ is: "table", align, rows: rows.map((row) => row.map(parseInline)) }], end];
}

/** The cells of a line. `\|`, and bars in code, do not separate cells. */
function cells(text: string): string[] {
	const escaped = text.replace(/`[^`]+`/g, (code) => code.replace(/(?<!\\)\|/g, "\\|"));
	const all = escaped.trim().split(/(?<!\\)\|/);
	if (all.length > 1 && isBlank(all[0] ?? "")) all.shift();
	if (all.length > 1 && isBlank(all.at(-1) ?? "")) all.pop();
	return all.map((cell) => cell.replaceAll("\\|", "|").trim());
}

/** Plain text: paragraphs up to a blank line. If there are several blank lines, all but one belong to the next paragraph. */
function paragraphs(lines: readonly string[]): Node[] {
	const nodes: Node[] = [];
	let at = 0;
	while (at < lines.length) {
		const blanks = blanksFrom(lines, at);
		const begin = at + blanks;
		at = begin;
		while (at < lines.length && !isBlank(line(lines, at))) at++;
		if (at === begin) break;
		const chunk = lines.slice(begin, at);
		const text = "\n".repeat(nodes.length > 0 ? Math.max(0, blanks - 1) : 0) + chunk.join("\n");
		nodes.push(
			isAligned(chunk) ? { is: "aligned", children: parseAddresses(text) } : { is: "p", children: parseInline(text) },
		);
	}
	return nodes;
}

const isAligned = (lines: readonly string[]): boolean => lines.length > 1 && hasColumns(lines);

const hasColumns = (lines: readonly string[]): boolean =>
	lines.some((text) => COLUMNS.test(text.trimEnd())) || lines.filter((text) => GAP.test(text)).length > 1;
