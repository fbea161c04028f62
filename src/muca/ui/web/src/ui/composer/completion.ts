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
/** As people write them: after a space, an opening mark or another emoji. `:-D` is none, nor is `x[:100:2]`. */
const EMOJI = /(?<=^|[\s("'“„‘*_~>]|\p{Extended_Pictographic}\ufe0f?):([+-]1|[\p{L}\p{N}][\p{L}\p{N}_+-]+)$/u;

export function completionAt(text: string, caret: number): Completion | null {
	const before = text.slice(0, caret);
	const emoji = EMOJI.exec(before);
	const found = emoji ?? PERSON.exec(before);
	if (!found || isLiteral(before.slice(0, found.index))) return null;
	return { is: emoji ? "emoji" : "person", query: found[1] ?? "", start: found.index };
}

/** Whether what comes next stands for itself: in code, in an address, in a path (but `@Ann/` is none). */
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

/** An emoji whose `:short:` has just been closed. */
export function closedShort(text: string, caret: number): Completion | null {
	if (text[caret - 1] !== ":") return null;
	const open = completionAt(text, caret - 1);
	return open?.is === "emoji" ? open : null;
}

/** What is put in place of what, so that the completion stands there with a space after it. */
export function complete(
	text: string,
	caret: number,
	{ start }: Completion,
	chosen: string,
): { start: number; end: number; put: string } {
	return { start, end: text[caret] === " " ? caret + 1 : caret, put: `${chosen} ` };
}
