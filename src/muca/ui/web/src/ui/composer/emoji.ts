/** All emoji, by group, name and `:short:` code. The data is large, so it is loaded when first needed. */

import german from "emoji-picker-element-data/de/cldr-native/data.json?url";
import english from "emoji-picker-element-data/en/github/data.json?url";
import type { Language } from "../../text";

export interface Emoji {
	emoji: string;
	name: string;
	group: number;
	/** `tada` of `:tada:`. */
	shorts: readonly string[];
	/** Search terms, in lower case. */
	words: readonly string[];
}

interface Entry {
	emoji: string;
	annotation: string;
	group?: number;
	shortcodes?: string[];
	tags?: string[];
}

/** The group of skin tones and hair, which are parts of emoji. */
const COMPONENTS = 2;

const loading = new Map<Language, Promise<readonly Emoji[]>>();

export function loadEmoji(language: Language): Promise<readonly Emoji[]> {
	const known = loading.get(language);
	if (known) return known;
	const wanted = load(language);
	loading.set(language, wanted);
	wanted.catch(() => loading.delete(language)); // retried at the next use
	return wanted;
}

/** Short codes are the same in all languages; names and search terms are in this one. */
async function load(language: Language): Promise<readonly Emoji[]> {
	const [base, own] = await Promise.all([fetchEntries(english), language === "de" ? fetchEntries(german) : []]);
	const owns = new Map(own.map((entry) => [entry.emoji, entry]));
	const whole = base.filter(({ group }) => group !== COMPONENTS);
	return whole.map(({ emoji, annotation, group = 0, shortcodes = [], tags = [] }) => {
		const local = owns.get(emoji);
		const words = [...shortcodes, annotation, ...tags, ...(local ? [local.annotation, ...(local.tags ?? [])] : [])];
		return {
			emoji: emojiForm(emoji),
			name: local?.annotation ?? annotation,
			group,
			shorts: shortcodes,
			words: [...new Set(words.map((word) => word.toLocaleLowerCase()))],
		};
	});
}

/** The form that the server stores: U+FE0F only where the character alone would not be shown as a picture. */
export const emojiForm = (emoji: string): string => emoji.replace(/(\p{Emoji_Presentation})\ufe0f/gu, "$1");

async function fetchEntries(address: string): Promise<Entry[]> {
	const response = await fetch(address);
	if (!response.ok) throw new Error(`The emoji could not be loaded: ${response.status}.`);
	return response.json();
}

/** The emoji of a `:short:` code; null if there is none, or the data could not be loaded. */
export async function emojiOf(short: string, language: Language): Promise<string | null> {
	const all = await loadEmoji(language).catch(() => []);
	return all.find(({ shorts }) => shorts.includes(short))?.emoji ?? null;
}

/** Best match first: exact short codes, then prefixes, then other matches. */
export function findEmoji(all: readonly Emoji[], query: string, max: number): Emoji[] {
	const wanted = query.toLocaleLowerCase();
	const rank = ({ shorts, words }: Emoji): number => {
		if (shorts.includes(wanted)) return 0;
		if (shorts.some((short) => short.startsWith(wanted))) return 1;
		if (words.some((word) => word.startsWith(wanted))) return 2;
		return words.some((word) => word.includes(wanted)) ? 3 : 4;
	};
	return all
		.map((emoji) => ({ emoji, rank: rank(emoji) }))
		.filter(({ rank }) => rank < 4)
		.sort((one, other) => one.rank - other.rank)
		.slice(0, max)
		.map(({ emoji }) => emoji);
}
