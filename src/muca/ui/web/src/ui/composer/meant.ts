/** Whom a text means that was written with the list of names: what was chosen is said, and not left to be guessed. */

import type { Meant, Names } from "../../chat/chat";
import type { MentionPlace } from "../../wire/words";

const WORD = /[\p{L}\p{N}]/u;

/** What the server takes (docs/PROTOCOL.md, Mentions). */
const PLACES_MAX = 50;

/** The names at these places of a text: when it is edited, they mean whom they meant. */
export function namesAt(text: string, places: readonly MentionPlace[]): Names {
	const characters = [...text];
	const names: Record<string, Meant[]> = {};
	for (const { BEGIN, LENGTH, ...meant } of places) {
		const name = characters.slice(BEGIN, BEGIN + LENGTH).join("");
		names[name] ??= [];
		if (names[name].every(({ UID }) => UID !== meant.UID)) names[name].push(meant);
	}
	return names;
}

/**
 * The places of these names. Null where the text has another `@`, code or an address, or too many: the server then finds the names, by a rule
 * that knows all who are in the room.
 */
export function placesOf(text: string, names: Names): MentionPlace[] | null {
	if (/[`\\]|:\/\//u.test(text)) return null;
	const longestFirst = Object.entries(names).sort(([one], [other]) => other.length - one.length);
	const places: MentionPlace[] = [];
	for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
		const found = longestFirst.find(([name]) => text.startsWith(name, at) && !WORD.test(text[at + name.length] ?? ""));
		if (!found) return null;
		const [name, meant] = found;
		const place = { BEGIN: [...text.slice(0, at)].length, LENGTH: [...name].length };
		places.push(...meant.map((each) => ({ ...each, ...place })));
		at += name.length - 1;
	}
	return places.length && places.length <= PLACES_MAX ? places : null;
}
