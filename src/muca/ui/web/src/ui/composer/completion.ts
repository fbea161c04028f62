/** What is being written at the caret that a list can complete: `@name` and `:short`. */

import { AT, BEFORE } from "./at";

export interface Completion {
	is: "person" | "emoji";
	/** What is written of it, without its sign. */
	query: string;
	/** Where it begins, sign included. */
	start: number;
}

/** Names may have spaces, and be as long as a nickname: where no name begins so, the list is empty. */
const PERSON = new RegExp(`${BEFORE}[${AT}]([^\\s${AT}:][^\\n${AT}]{0,63})?$`, "u");
const EMOJI = /(?<![\p{L}\p{N}:])(?::)([\p{L}\p{N}_+-]{2,})$/u;

export function completionAt(text: string, caret: number): Completion | null {
	const before = text.slice(0, caret);
	const emoji = EMOJI.exec(before);
	if (emoji) return { is: "emoji", query: emoji[1] ?? "", start: emoji.index };
	const person = PERSON.exec(before);
	return person && { is: "person", query: person[1] ?? "", start: person.index };
}

/** An emoji whose `:short:` has just been closed. */
export function closedShort(text: string, caret: number): Completion | null {
	if (text[caret - 1] !== ":") return null;
	const open = completionAt(text, caret - 1);
	return open?.is === "emoji" ? open : null;
}

/** The text with the completion put in, and where the caret is then. */
export function complete(
	text: string,
	caret: number,
	{ start }: Completion,
	chosen: string,
): { text: string; caret: number } {
	const after = text.slice(caret);
	const put = /^\s/u.test(after) ? chosen : `${chosen} `;
	return { text: text.slice(0, start) + put + after, caret: start + chosen.length + 1 };
}
