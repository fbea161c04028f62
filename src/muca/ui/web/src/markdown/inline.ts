/**
 * Marks within a line: emphasis, code, links, formulas.
 *
 * A mark counts where it cannot be anything else: it hugs what it marks, and the world outside of it is a space, a
 * bracket, a quotation mark or the end, and there is a word in it. So `5*3*2`, `__init__`, `C:\_x\_y`, `(*^_^*)` and
 * `$5 or 6$` are what they are. Straight quotation marks are those of code: `-name '*x*'`.
 * One pass from left to right, with a stack of what is open; work grows with the length of the text.
 */

import { isMark, withoutMarks } from "./marks";
import type { Inline } from "./tree";

/** Marks of emphasis, by character: how many of them make a mark. */
const RUNS: Readonly<Record<string, readonly number[]>> = { "*": [1, 2, 3], _: [1], "~": [2] };

const OPENING = /[([{<“‘„‚«‹¿¡—–-]/u;
const CLOSING = /[)\]}>"'“”’»›.,;:!?…،؛؟।—–-]/u;
const WORD = /[\p{L}\p{N}\p{M}\p{Emoji_Presentation}_]/u;
/** What no mark begins with where a sign stands before it, too: `-*-`, `(*^_^*)`, `<_<`. */
const SIGN = /(?![`"“„«[@#\p{Sc}\p{Emoji_Presentation}])[\p{P}\p{S}]/u;
/** What a mark has in it. */
const MEANT = /[\p{L}\p{N}\p{Emoji_Presentation}]/u;
/** Marks and places that are looked through: more in a row are no marks. */
const PASSED_MAX = 8;
/** Scripts without spaces between words, and emoji: a mark may stand between any two characters. */
const UNSPACED =
	/[\uFE0F\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}、。，！？：；（）「」『』【】\p{Extended_Pictographic}\p{Emoji_Presentation}]/u;

const ADDRESS = /(?:https?:\/\/|mailto:)(?:(?!\]\()[^\s<>"`“”„«»、。，；！？（）「」『』【】])+/iy;
const LINK = /\[([^[\]\n]{1,300})\]\(((?:https?:\/\/|mailto:)[^\s<>"()]*(?:\([^\s<>"()]*\)[^\s<>"()]*)*)\)/iy;
const FORMULA = /\\\(([^\n]{1,500}?)\\\)|\\\[([^\n]{1,500}?)\\\]|\$\$([^\n$]{1,500})\$\$|\$([^\n$]{1,500})\$/y;
/** Both ends of a mark that is meant to be shown. */
const ESCAPED = /((?:\\[*_~`$]){1,3})([^\s\\](?:[^\n\\]{0,198}[^\s\\])?)\1/y;

interface Open {
	/** The character of its marks. */
	mark: string;
	/** How many of them are still open. */
	count: number;
	/** Where in `found` they stand, as a text until they are closed. */
	at: number;
	/** What came before. */
	words: number;
	brackets: number;
}

/** Parse a paragraph, which has no blank line. */
export const parseInline = (source: string): Inline[] => joined(new Parser(source).parse(true));

/** Look for addresses only. */
export const parseAddresses = (source: string): Inline[] => joined(new Parser(source).parse(false));

class Parser {
	private readonly source: string;
	private readonly found: Inline[] = [];
	private readonly open: Open[] = [];
	/** How much of `open` is known not to be closed by a run, by the run: no run looks twice. */
	private readonly bottoms = new Map<string, number>();
	/** Where each run of backticks of some length stands that may close, the last first. */
	private readonly ticks = new Map<number, number[]>();
	private at = 0;
	/** How many texts with words, and other nodes, there were until now. */
	private words = 0;
	/** How many brackets are open. */
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
		let plain = 0; // up to where the text is in `found`
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

	/** What begins here, other than emphasis, and where the parser goes on. */
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
		return [null, at + 2]; // the backslash is shown, and what stands behind it marks nothing
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

	/** Take in a run of marks: it closes what is open, opens something, or is a text. */
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

	/** Close what these marks close; gives how many are left. */
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
			this.open.length = index + 1; // what was opened since then stays a text
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

	/** Whether marks close what is open: there is a word between them, and no bracket that ends behind them: `*p = (int*)`. */
	private closes(opened: Open | undefined, mark: string, count: number): boolean {
		if (opened?.mark !== mark || takes(opened.count, count) === 0 || opened.words === this.words) return false;
		return opened.brackets >= this.brackets || this.source[this.at] !== ")";
	}

	// What is around a mark. Marks of emphasis and of places are looked through.

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

	/** Whether a letter, a digit or `_` stands there, in a script with spaces between words. */
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

/** How many marks are taken of two runs that meet: two make it strong, one alone or of three makes it emphasis. */
function takes(opened: number, closing: number): number {
	if (opened % 2 === 1 && closing % 2 === 1) return 1;
	return opened >= 2 && closing >= 2 ? 2 : 0;
}

/** `$x^2$` is a formula, `$5 or 6$` is not, nor is what has words or a comment that would not be shown. */
export function isFormula(text: string): boolean {
	if (text.trim() === "" || /(?<!\\)%/.test(text)) return false;
	if (/\\\p{L}/u.test(text)) return true;
	if (/\p{L}{4}/u.test(text.replace(/\{[^{}]*\}/g, ""))) return false;
	if (/[\\^_{}=]/.test(text) || /^\s*\p{L}'*\s*$/u.test(text)) return true;
	return /[+\-*/<>|(]/.test(text) && !/\p{L}{2}/u.test(text) && /\p{L}/u.test(text);
}

const BRACKETS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** An address without what belongs to the sentence: its full stop, a bracket that was open before, marks of emphasis. */
function withoutTail(found: string): string {
	/** By opening bracket: how many are open at the end. */
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

/** Neighbouring texts are one. */
function joined(nodes: readonly Inline[]): Inline[] {
	const all: Inline[] = [];
	for (const node of nodes) {
		const last = all.at(-1);
		if (node.is === "text" && last?.is === "text") last.text += node.text;
		else all.push(node.is === "text" ? { ...node } : node);
	}
	return all;
}
