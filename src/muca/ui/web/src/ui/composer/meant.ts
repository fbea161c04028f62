/** The mentions in a text: names chosen from the list are sent explicitly and not guessed. */

import type { Meant, Names } from "../../chat/chat";
import type { MentionPlace } from "../../wire/words";
import { AT, BEFORE, goesOn } from "./at";

/** An `@` that can begin a name: not in `mary@lab`, and not in the query of a URL. */
const SIGN = new RegExp(`${BEFORE}(?<!=)[${AT}](?=[^\\s${AT}])`, "gu");

/** The server's limit (docs/PROTOCOL.md, Mentions). */
const PLACES_MAX = 50;

/** The names at these positions of a text, so that they keep their meaning when it is edited. */
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

/** The positions of these names. Null if the text may have other names or code, or too many names; the server then finds them. */
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
