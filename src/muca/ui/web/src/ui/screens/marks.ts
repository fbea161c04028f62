/** Highlights in a text. */

import { parseMarkdown } from "../../markdown/blocks";
import { markHits, piecesOf } from "../../markdown/marks";
import { plainText } from "../../markdown/tree";

/** [begin, end) in UTF-16 units. */
export type Marks = readonly (readonly [begin: number, end: number])[];

/** A message in one line without formatting marks; hits are `[start, length]` in its characters, as in SEARCH. */
export function shownHits(
	source: string,
	hits: readonly (readonly [number, number])[],
): { text: string; marks: Marks } {
	const found = piecesOf(plainText(parseMarkdown(markHits(source, hits))));
	let text = "";
	const marks: [number, number][] = [];
	for (const piece of found) {
		if (piece.at === "hit") marks.push([text.length, text.length + piece.text.length]);
		text += piece.text;
	}
	return { text, marks };
}

interface Piece {
	text: string;
	marked: boolean;
	/** The start, which identifies a piece. */
	at: number;
}

/** Split a text at its highlights, which may overlap. */
export function pieces(text: string, marks: Marks): Piece[] {
	const found: Piece[] = [];
	const put = (begin: number, end: number, marked: boolean) => {
		if (end > begin) found.push({ text: text.slice(begin, end), marked, at: begin });
	};
	let at = 0;
	for (const [begin, end] of [...marks].sort(([one], [other]) => one - other)) {
		put(at, begin, false);
		put(Math.max(at, begin), end, true);
		at = Math.max(at, end);
	}
	put(at, text.length, false);
	return found;
}

const BEFORE = 60;
const LENGTH = 260;

/** A part of a long text with the first highlight, cut between words. */
export function excerpt(text: string, marks: Marks): { text: string; marks: Marks } {
	if (text.length <= LENGTH) return { text, marks };
	const first = marks[0]?.[0] ?? 0;
	const begin = first > LENGTH - BEFORE ? cut(text, first - BEFORE) : 0;
	const end = begin + LENGTH < text.length ? cut(text, begin + LENGTH) : text.length;
	const head = begin > 0 ? "… " : "";
	const shift = head.length - begin;
	return {
		text: head + text.slice(begin, end).trimEnd() + (end < text.length ? " …" : ""),
		marks: marks.flatMap(([from, to]) => (from >= begin && to <= end ? [[from + shift, to + shift] as const] : [])),
	};
}

/** The last space before a position, if there is one nearby; never within a character. */
function cut(text: string, at: number): number {
	const space = text.lastIndexOf(" ", at);
	if (space > at - 30) return space + 1;
	return /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at - 1 : at;
}
