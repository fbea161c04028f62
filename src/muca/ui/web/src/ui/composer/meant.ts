/** Whom a text means that was written with the list of names: what was chosen is said, and not left to be guessed. */

import type { Meant, Names } from "../../chat/chat";
import type { MentionPlace } from "../../wire/words";
import { AT, BEFORE, goesOn } from "./at";

/** An `@` that can begin a name: not in `mary@lab`, and not in the query of an address. */
const SIGN = new RegExp(`${BEFORE}(?<!=)[${AT}](?=[^\\s${AT}])`, "gu");

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

/** The places of these names. Null where another name may be written, or code, or there are too many: the server then finds the names. */
export function placesOf(text: string, names: Names): MentionPlace[] | null {
	if (/[`\\]|~~~/u.test(text)) return null;
	const longestFirst = Object.entries(names).sort(([one], [other]) => other.length - one.length);
	const places: MentionPlace[] = [];
	let end = 0;
	for (const { index: at } of text.matchAll(SIGN)) {
		const isInPath = text[at - 1] === "/" && (end === 0 || at - 1 !== end); // but not in "@Ann/@Bob"
		if (at < end || isInPath) continue;
		const found = longestFirst.find(
			([name]) => text.startsWith(name, at) && !goesOn(name, text.slice(at + name.length)),
		);
		if (!found) return null;
		const [name, meant] = found;
		const place = { BEGIN: [...text.slice(0, at)].length, LENGTH: [...name].length };
		places.push(...meant.map((each) => ({ ...each, ...place })));
		end = at + name.length;
	}
	return places.length && places.length <= PLACES_MAX ? places : null;
}
