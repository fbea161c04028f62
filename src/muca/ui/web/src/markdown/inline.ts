/**
 * Inline elements: emphasis, code, links, formulas.
 *
 * A mark counts only if it cannot be anything else: inside it touches the marked text, outside there is a space, a bracket, a
 * quotation mark or the end of the line, and the marked text contains a word. So `5*3*2`, `__init__`, `C:\_x\_y`, `(*^_^*)`
 * and `$5 or 6$` are plain text. Straight quotation marks belong to code: `-name '*x*'`.
 * One pass from left to right with a stack of open marks, in linear time.
 */

import { isMark, withoutMarks } from "./marks";
import type { Inline } from "./tree";

/** The characters of emphasis marks, and the possible lengths of a mark. */
const RUNS: Readonly<Record<string, readonly number[]>> = { "*": [1, 2, 3], _: [1], "~": [2] };

const OPENING = /[([{<“‘„‚«‹¿¡—–-]/u;
const CLOSING = /[)\]}>"'“”’»›.,;:!?…،؛؟।—–-]/u;
const WORD = /[\p{L}\p{N}\p{M}\p{Emoji_Presentation}_]/u;
/** Signs between which no mark begins: `-*-`, `(*^_^*)`, `<_<`. */
const SIGN = /(?![`"“„«[@#\p{Sc}\p{Emoji_Presentation}])[\p{P}\p{S}]/u;
/** A marked text must contain one of these. */
const MEANT = /[\p{L}\p{N}\p{Emoji_Presentation}]/u;
/** Maximum number of marks and highlights to skip; more in a row are plain text. */
const PASSED_MAX = 8;
/** Scripts without spaces between words, and emoji: a mark may be between any two characters. */
const UNSPACED =
	/[\uFE0F\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}、。，！？：；（）「」『』【】\p{Extended_Pictographic}\p{Emoji_Presentation}]/u;

const ADDRESS = /(?:https?:\/\/|mailto:)(?:(?!\]\()[^\s<>"`“”„«»、。，；！？（）「」『』【】])+/iy;
const LINK = /\[([^[\]\n]{1,300})\]\(((?:https?:\/\/|mailto:)[^\s<>"()]*(?:\([^\s<>"()]*\)[^\s<>"()]*)*)\)/iy;
const FORMULA = /\\\(([^\n]{1,500}?)\\\)|\\\[([^\n]{1,500}?)\\\]|\$\$([^\n$]{1,500})\$\$|\$([^\n$]{1,500})\$/y;
/** Two escaped marks around a text. */
const ESCAPED = /((?:\\[*_~`$]){1,3})([^\s\\](?:[^\n\\]{0,198}[^\s\\])?)\1/y;

interface Open {
	/** The character of the mark. */
	mark: string;
	/** The number of characters that are still open. */
	count: number;
	/** The index in `found`, where they are plain text until they are closed. */
	at: number;
	/** The number of words before it. */
	words: number;
	brackets: number;
}

/** Parse a paragraph, which has no blank lines. */
export const parseInline = (source: string): Inline[] => joined(new Parser(source).parse(true));

/** Find only web addresses. */
export const parseAddresses = (source: string): Inline[] => joined(new Parser(source).parse(false));

class Parser {
	private readonly source: string;
	private readonly found: Inline[] = [];
	private readonly open: Open[] = [];
	/** By run: the part of `open` that the run cannot close, so that no run searches it twice. */
	private readonly bottoms = new Map<string, number>();
	/** The positions of possible closing backticks by length, the last first. */
	private readonly ticks = new Map<number, number[]>();
	private at = 0;
	/** The number of texts with words, and of other nodes, so far. */
	private words = 0;
	/** The number of open brackets. */
	private brackets = 0;

	constructor(source: string) {
		this.source = source;
		for (const { index, 0: run } of [...source.matchAll(/`+/g)].reverse()) {
			if (/\s/u.test(source[index - 1] ?? "") && this.isWord(index + run.length)) continue; // `these' and `those'
			const same = this.ticks.get(run.length);
			if (same) same.push(index);
			else this.ticks.set(run.length, [index]);
		}
	}

	parse(withMarks: boolean): Inline[] {
		const { source } = this;
		let plain = 0; // end of the text that is already in `found`
		const put = (node: Inline, end: number) => {
			this.text(source.slice(plain, this.at));
			this.found.push(node);
			this.words++;
			this.at = plain = end;
		};
		while (this.at < source.length) {
			const character = source[this.at] ?? "";
			if (withMarks && character in RUNS) {
				this.text(source.slice(plain, this.at));
				this.emphasis(character);
				plain = this.at;
				continue;
			}
			const [node, end] = withMarks ? this.special(character) : this.addressOr(character);
			if (node) put(node, end);
			else this.at = end;
		}
		this.text(source.slice(plain));
		return this.found;
	}

	private text(text: string): void {
		if (text === "") return;
		this.found.push({ is: "text", text });
		if (MEANT.test(text)) this.words++;
		for (const character of text) this.brackets += character === "(" ? 1 : character === ")" ? -1 : 0;
	}

	/** The element that begins here, except emphasis, and the position after it. */
	private special(character: string): [Inline | null, number] {
		switch (character) {
			case "`":
				return this.code();
			case "\\":
				return this.formula() ?? this.escaped();
			case "$":
				return this.formula() ?? [null, this.at + 1];
			case "[":
				return this.link() ?? [null, this.at + 1];
			default:
				return this.addressOr(character);
		}
	}

	private addressOr(character: string): [Inline | null, number] {
		return (/[hm]/i.test(character) && this.address()) || [null, this.at + 1];
	}

	private code(): [Inline | null, number] {
		const { source, at } = this;
		const run = /`+/y;
		run.lastIndex = at;
		const length = run.exec(source)?.[0].length ?? 1;
		if (length === 1 && this.isWord(at - 1)) return [null, at + 1]; // an apostrophe
		const same = this.ticks.get(length) ?? [];
		while (same.length > 0 && (same.at(-1) ?? 0) <= at) same.pop();
		const close = same.at(-1);
		if (close === undefined) return [null, at + length];
		const inside = source.slice(at + length, close);
		const text = /^ .*[^ ].* $/su.test(inside) ? inside.slice(1, -1) : inside;
		if (withoutMarks(text).trim() === "") return [null, close + length];
		return [{ is: "code", text, language: "" }, close + length];
	}

	private escaped(): [Inline | null, number] {
		const { at } = this;
		const found = this.match(ESCAPED);
		const mark = found?.[1]?.replaceAll("\\", "") ?? "";
		if (found && this.outsideBefore(at) && this.outsideAfter(at + found[0].length)) {
			return [{ is: "text", text: mark + found[2] + mark }, at + found[0].length];
		}
		return [null, at + 2]; // the backslash is shown, and the next character is no mark
	}

	private formula(): [Inline, number] | null {
		const found = this.match(FORMULA);
		if (!found) return null;
		const [source, round, square, double, single] = found;
		const text = round ?? square ?? double ?? single ?? "";
		const end = this.at + source.length;
		if (!isFormula(withoutMarks(text)) || !this.outsideBefore(this.at)) return null;
		const isCompound = /^-\p{L}/u.test(this.source.slice(end, end + 2)); // `$x$-axis`
		if (source.startsWith("$") && !isCompound && !this.outsideAfter(end)) return null;
		if (single !== undefined && /^\s|\s$|\\$/.test(text)) return null;
		return [{ is: "math", text: text.trim(), source, display: (square ?? double) !== undefined }, end];
	}

	private link(): [Inline, number] | null {
		const found = this.match(LINK);
		if (!found) return null;
		const [whole, label = "", address = ""] = found;
		const href = hrefOf(withoutMarks(address));
		if (href === null || withoutMarks(label).trim() === "" || /:\/\/|mailto:|\bwww\./i.test(label)) return null;
		return [{ is: "a", href, address, children: parseInline(label) }, this.at + whole.length];
	}

	private address(): [Inline | null, number] | null {
		if (this.isWord(this.at - 1)) return null;
		const found = this.match(ADDRESS)?.[0];
		if (found === undefined) return null;
		const address = withoutTail(found);
		const href = hrefOf(withoutMarks(address));
		if (href === null) return [null, this.at + address.length];
		return [{ is: "a", href, address: null, children: [{ is: "text", text: address }] }, this.at + address.length];
	}

	private match(pattern: RegExp): RegExpExecArray | null {
		pattern.lastIndex = this.at;
		return pattern.exec(this.source);
	}

	/** Process a run of marks: it closes open ones, opens emphasis, or is plain text. */
	private emphasis(mark: string): void {
		const begin = this.at;
		let end = begin;
		while (this.source[end] === mark) end++;
		this.at = end;
		let count = end - begin;
		const isRun = RUNS[mark]?.includes(count) ?? false;
		const opens = isRun && this.outsideBefore(begin) && this.insideAfter(end) && !this.isBetweenSigns(begin, end);
		if (isRun && this.insideBefore(begin) && this.outsideAfter(end)) count = this.close(mark, count);
		if (opens && count > 0) {
			const { words, brackets } = this;
			this.open.push({ mark, count, at: this.found.length, words, brackets });
		}
		this.text(mark.repeat(count));
	}

	/** Close open marks; returns the number of characters left. */
	private close(mark: string, count: number): number {
		let left = count;
		while (left > 0) {
			const run = mark.repeat(left);
			const bottom = Math.min(this.bottoms.get(run) ?? 0, this.open.length);
			let index = this.open.length - 1;
			while (index >= bottom && !this.closes(this.open[index], mark, left)) index--;
			const opened = this.open[index];
			if (index < bottom || opened === undefined) {
				this.bottoms.set(run, this.open.length);
				return left;
			}
			this.open.length = index + 1; // marks opened since then stay plain text
			const taken = takes(opened.count, left);
			const children = joined(this.found.splice(opened.at + 1));
			this.found.push({ is: mark === "~" ? "s" : taken === 2 ? "strong" : "em", children });
			opened.count -= taken;
			left -= taken;
			if (opened.count > 0) {
				this.found[opened.at] = { is: "text", text: mark.repeat(opened.count) };
			} else {
				this.found.splice(opened.at, 1);
				this.open.pop();
			}
		}
		return 0;
	}

	/** Whether marks close an open one: there is a word between them, and no bracket that ends after them, as in `*p = (int*)`. */
	private closes(opened: Open | undefined, mark: string, count: number): boolean {
		if (opened?.mark !== mark || takes(opened.count, count) === 0 || opened.words === this.words) return false;
		return opened.brackets >= this.brackets || this.source[this.at] !== ")";
	}

	// The characters around a mark. Other emphasis marks and highlights are skipped.

	private outsideBefore(index: number): boolean {
		const before = this.before(index);
		return before === "" || /\s/u.test(before) || OPENING.test(before) || UNSPACED.test(before);
	}

	private outsideAfter(index: number): boolean {
		const [after, next] = this.after(index);
		if (after === "" || /\s/u.test(after) || UNSPACED.test(after)) return true;
		return CLOSING.test(after) && !WORD.test(next);
	}

	private insideBefore(index: number): boolean {
		const before = this.before(index);
		return before !== "" && !/[\s([{]/u.test(before);
	}

	private insideAfter(index: number): boolean {
		const [after] = this.after(index);
		return after !== "" && !/[\s)\]},.;:!?/]/u.test(after);
	}

	private isBetweenSigns(begin: number, end: number): boolean {
		return OPENING.test(this.before(begin)) && SIGN.test(this.after(end)[0]);
	}

	/** Whether there is a letter, a digit or `_`, in a script with spaces between words. */
	private isWord(at: number): boolean {
		const character = this.source[at] ?? "";
		return /[\p{L}\p{N}_]/u.test(character) && !UNSPACED.test(character);
	}

	private before(index: number): string {
		let at = index - 1;
		while (at >= 0 && at >= index - PASSED_MAX && isPassed(this.source[at] ?? "")) at--;
		const character = this.source[at] ?? "";
		return /[\uDC00-\uDFFF]/.test(character) ? this.source.slice(at - 1, at + 1) : character;
	}

	private after(index: number): [string, string] {
		let at = index;
		while (at < index + PASSED_MAX && isPassed(this.source[at] ?? "")) at++;
		const character = characterAt(this.source, at);
		return [character, characterAt(this.source, at + character.length)];
	}
}

const isPassed = (character: string): boolean => character in RUNS || isMark(character);

function characterAt(source: string, at: number): string {
	const point = source.codePointAt(at);
	return point === undefined ? "" : String.fromCodePoint(point);
}

/** The number of characters to use from two matching runs: two are strong; one, alone or of three, is emphasis. */
function takes(opened: number, closing: number): number {
	if (opened % 2 === 1 && closing % 2 === 1) return 1;
	return opened >= 2 && closing >= 2 ? 2 : 0;
}

/** Whether it is a formula: `$x^2$` is, `$5 or 6$` is not, and neither are words or comments that would be hidden. */
export function isFormula(text: string): boolean {
	if (text.trim() === "" || /(?<!\\)%/.test(text)) return false;
	if (/\\\p{L}/u.test(text)) return true;
	if (/\p{L}{4}/u.test(text.replace(/\{[^{}]*\}/g, ""))) return false;
	if (/[\\^_{}=]/.test(text) || /^\s*\p{L}'*\s*$/u.test(text)) return true;
	return /[+\-*/<>|(]/.test(text) && !/\p{L}{2}/u.test(text) && /\p{L}/u.test(text);
}

const BRACKETS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** An address without parts of the sentence: a full stop, a bracket that was opened before, emphasis marks. */
function withoutTail(found: string): string {
	/** The number of unclosed brackets of each kind. */
	const open: Record<string, number> = { "(": 0, "[": 0, "{": 0 };
	const count = (character: string, by: number) => {
		const bracket = BRACKETS[character] ?? character;
		if (bracket in open) open[bracket] = (open[bracket] ?? 0) + (bracket === character ? by : -by);
	};
	for (const character of found) count(character, 1);
	let end = found.length;
	for (;;) {
		let at = end;
		while (isMark(found[at - 1] ?? "")) at--;
		const last = found[at - 1] ?? "";
		const bracket = BRACKETS[last];
		if (bracket ? (open[bracket] ?? 0) >= 0 : !/[.,;:!?'*_~…’|]/.test(last)) return found.slice(0, end);
		count(last, -1);
		end = at - 1;
	}
}

function hrefOf(address: string): string | null {
	if (!/^(?:https?:\/\/[^/]|mailto:[^\s@]*[^\s:])/i.test(address)) return null;
	try {
		return new URL(address).href;
	} catch {
		return null;
	}
}

/** Merge adjacent texts. */
function joined(nodes: readonly Inline[]): Inline[] {
	const all: Inline[] = [];
	for (const node of nodes) {
		const last = all.at(-1);
		if (node.is === "text" && last?.is === "text") last.text += node.text;
		else all.push(node.is === "text" ? { ...node } : node);
	}
	return all;
}
