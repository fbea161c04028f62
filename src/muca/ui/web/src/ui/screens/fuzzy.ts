/** Fuzzy matching of names. */

import type { Marks } from "./marks";

interface Match {
	/** Higher is better. */
	score: number;
	marks: Marks;
}

const WHOLE = 1000;
const BEGIN = 500;
const WORD = 300;
const INSIDE = 200;
const INITIALS = 100;

/** How well `wanted` matches `name`, as a part of it or by the initials of its words; null: no match. Ignores case and accents. */
export function match(wanted: string, name: string): Match | null {
	const { plain, origin } = fold(name);
	const letters = fold(wanted.trim()).plain;
	if (letters === "") return { score: 0, marks: [] };
	const whole = wordBegin(plain, letters) ?? plain.indexOf(letters);
	if (whole >= 0) {
		const kind = plain === letters ? WHOLE : whole === 0 ? BEGIN : isWordBegin(plain, whole) ? WORD : INSIDE;
		return { score: kind - name.length, marks: [marked(origin, whole, whole + letters.length)] };
	}
	return initials(letters, plain, origin);
}

/** Matches prefixes of words: `padr` matches paper-draft. */
function initials(letters: string, plain: string, origin: readonly number[]): Match | null {
	const marks: [number, number][] = [];
	let at = 0;
	for (const letter of letters.replace(/\s+/gu, "")) {
		const goesOn = marks.length > 0 && plain.startsWith(letter, at);
		const found = goesOn ? at : wordBegin(plain, letter, at);
		if (found === null) return null;
		at = found + letter.length;
		const last = marks.at(-1);
		if (goesOn && last) last[1] = origin[at] ?? 0;
		else marks.push(marked(origin, found, at));
	}
	return { score: INITIALS - plain.length - marks.length, marks };
}

const marked = (origin: readonly number[], begin: number, end: number): [number, number] => [
	origin[begin] ?? 0,
	origin[end] ?? 0,
];

const isWordBegin = (plain: string, at: number): boolean => at === 0 || /[^\p{L}\p{N}]/u.test(plain[at - 1] ?? "");

/** The first word from `from` on with this prefix; null if there is none. */
function wordBegin(plain: string, letters: string, from = 0): number | null {
	for (let at = plain.indexOf(letters, from); at >= 0; at = plain.indexOf(letters, at + 1)) {
		if (isWordBegin(plain, at)) return at;
	}
	return null;
}

/** The name without case and accents, and the original index of each letter. */
function fold(name: string): { plain: string; origin: number[] } {
	let plain = "";
	const origin: number[] = [];
	let at = 0;
	for (const character of name) {
		const folded = character.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
		for (let unit = 0; unit < folded.length; unit++) origin.push(at);
		plain += folded;
		at += character.length;
	}
	origin.push(at);
	return { plain, origin };
}

/**
 * The matches, best first; in their original order if `wanted` is empty or they match equally well. Matches of an alternative
 * name come last.
 */
export function rank<T>(
	wanted: string,
	all: readonly T[],
	nameOf: (one: T) => string,
	otherNameOf: (one: T) => string = nameOf,
): { one: T; marks: Marks; score: number }[] {
	return all
		.flatMap((one) => {
			const found = match(wanted, nameOf(one));
			if (found) return [{ one, ...found }];
			const other = match(wanted, otherNameOf(one));
			return other ? [{ one, score: other.score - WHOLE, marks: [] }] : [];
		})
		.sort((one, other) => other.score - one.score);
}
