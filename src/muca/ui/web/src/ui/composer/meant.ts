/** Whom a text means that was written with the list of names: what was chosen is said, and not left to be guessed. */

import type { MentionPlace, Uid } from "../../wire/words";

export type Meant = { UID: Uid } | { ROOM: true };

/** What was chosen, by how it stands in the text. */
export type Chosen = ReadonlyMap<string, Meant>;

const WORD = /[\p{L}\p{N}]/u;

/**
 * The places of what was chosen. Null where the text has another `@`, code or an address: the server then finds the names, by a rule that knows
 * all who are in the room.
 */
export function placesOf(text: string, chosen: Chosen): MentionPlace[] | null {
	if (/[`\\]|:\/\//u.test(text)) return null;
	const longestFirst = [...chosen].sort(([one], [other]) => other.length - one.length);
	const places: MentionPlace[] = [];
	for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
		const found = longestFirst.find(([name]) => text.startsWith(name, at) && !WORD.test(text[at + name.length] ?? ""));
		if (!found) return null;
		const [name, meant] = found;
		places.push({ ...meant, BEGIN: [...text.slice(0, at)].length, LENGTH: [...name].length });
		at += name.length - 1;
	}
	return places.length ? places : null;
}
