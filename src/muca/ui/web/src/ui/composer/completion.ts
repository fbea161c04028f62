/** The text before the caret that a list can complete: `@name` and `:short`. */

import { AT, BEFORE } from "./at";

export interface Completion {
	is: "person" | "emoji";
	/** The text without its sign. */
	query: string;
	/** The start, including the sign. */
	start: number;
}

/** Names may have spaces, and be as long as a nickname; if no name matches, the list is empty. */
const PERSON = new RegExp(`${BEFORE}[${AT}]([^\\s${AT}:][^\\n${AT}]{0,63})?$`, "u");
/** After a space, an opening bracket or quotation mark, or another emoji. `:-D` and `x[:100:2]` are not codes. */
const EMOJI = /(?<=^|[\s("'“„‘*_~>]|\p{Extended_Pictographic}\ufe0f?):([+-]1|[\p{L}\p{N}][\p{L}\p{N}_+-]+)$/u;

export function completionAt(text: string, caret: number): Completion | null {
	const before = text.slice(0, caret);
	const emoji = EMOJI.exec(before);
	const found = emoji ?? PERSON.exec(before);
	if (!found || isLiteral(before.slice(0, found.index))) return null;
	return { is: emoji ? "emoji" : "person", query: found[1] ?? "", start: found.index };
}

/** Whether the next characters are literal: in code, in an address, in a path (but `@Ann/` is not a path). */
function isLiteral(before: string): boolean {
	const word = before.split(/\s/u).at(-1) ?? "";
	const isPath = /[/\\]/u.test(word.split(new RegExp(`[${AT}]`, "u"))[0] ?? "");
	const fences = before.split("```");
	const paragraph =
		fences
			.at(-1)
			?.split(/\n\s*\n/u)
			.at(-1) ?? "";
	return fences.length % 2 === 0 || paragraph.split("`").length % 2 === 0 || isPath;
}

/** A `:short:` code that has just been completed. */
export function closedShort(text: string, caret: number): Completion | null {
	if (text[caret - 1] !== ":") return null;
	const open = completionAt(text, caret - 1);
	return open?.is === "emoji" ? open : null;
}

/** The replacement that inserts the completion with a space after it. */
export function complete(
	text: string,
	caret: number,
	{ start }: Completion,
	chosen: string,
): { start: number; end: number; put: string } {
	return { start, end: text[caret] === " " ? caret + 1 : caret, put: `${chosen} ` };
}
