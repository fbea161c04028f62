/** Highlights (mentions and search hits) are marked in a text before it is parsed, with noncharacters, which no text contains. */

import type { MentionPlace, Uid } from "../wire/words";

// Unicode, noncharacters.
const OTHERS = "\u{FDD0}";
const ME = "\u{FDD1}";
const HIT = "\u{FDD2}";
const END = "\u{FDD3}";

/** For regular expressions, which must ignore these marks. */
const MARK = `[${OTHERS}-${END}]`;
const MARKS = new RegExp(MARK, "gu");
const MARKED = new RegExp(`([${OTHERS}${ME}${HIT}][^${OTHERS}-${END}]*${END})`, "u");

export const withoutMarks = (marked: string): string => marked.replace(MARKS, "");

export const isMark = (character: string): boolean => character >= OTHERS && character <= END;

/** Mark mentions. Positions are in code points. */
export function markMentions(source: string, places: readonly MentionPlace[], me: Uid | undefined): string {
	const begins = new Map<number, string>();
	for (const { UID, ROOM, BEGIN } of places) {
		if (ROOM || UID === me || !begins.has(BEGIN)) begins.set(BEGIN, ROOM || UID === me ? ME : OTHERS);
	}
	return mark(source, begins, new Set(places.map(({ BEGIN, LENGTH }) => BEGIN + LENGTH)));
}

/** Mark search hits: `[start, length]` in code points; they may overlap. */
export function markHits(source: string, hits: readonly (readonly [number, number])[]): string {
	const begins = new Map<number, string>();
	const ends = new Set<number>();
	let last = -1;
	for (const [begin, length] of [...hits].sort(([one], [other]) => one - other)) {
		if (begin < last) ends.delete(last);
		else begins.set(begin, HIT);
		last = Math.max(last, begin + length);
		ends.add(last);
	}
	return mark(source, begins, ends);
}

function mark(source: string, begins: ReadonlyMap<number, string>, ends: ReadonlySet<number>): string {
	const bare = withoutMarks(source);
	if (begins.size === 0 || bare !== source) return bare;
	const characters = [...source, ""];
	const closed = new Set([...ends].map((end) => Math.min(end, characters.length - 1)));
	return characters
		.map((character, index) => (closed.has(index) ? END : "") + (begins.get(index) ?? "") + character)
		.join("");
}

export interface Piece {
	text: string;
	/** A mention of others, a mention of the user, a search hit, or none. */
	at: "others" | "me" | "hit" | null;
}

const MEANING: Record<string, Piece["at"]> = { [OTHERS]: "others", [ME]: "me", [HIT]: "hit" };

/** Split a marked text at its marks. */
export const piecesOf = (marked: string): Piece[] =>
	marked.split(MARKED).map((piece, index) => ({
		text: withoutMarks(piece),
		at: index % 2 === 0 ? null : (MEANING[piece[0] ?? ""] ?? null),
	}));
