/** The initials and colour of a person's avatar. */

const TINTS = 12;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Scripts in which one character is enough, or two would be too wide. */
const WIDE =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\p{Regional_Indicator}]/u;

/** Mary Smith: MS; Mary: Ma; 大輔: 大; 🦊 Fox: 🦊; عمر: ع (joined letters cannot be separated). */
export function initials(name: string): string {
	const [first = "", second] = name.trim().split(/\s+/u);
	const letters = split(first);
	const initial = letters[0] ?? "?";
	if (WIDE.test(initial)) return initial;
	if (second !== undefined && /^\p{L}/u.test(second)) return (initial + (split(second)[0] ?? "")).toLocaleUpperCase();
	if (/^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\d]/u.test(initial)) {
		return initial.toLocaleUpperCase() + (letters[1] ?? "");
	}
	return initial;
}

/** One of twelve colours, always the same for the same UID. */
export function tint(uid: string): number {
	let hash = 2166136261; // FNV-1a
	for (const character of uid) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
	return (hash >>> 0) % TINTS;
}

const split = (word: string): string[] => Array.from(graphemes.segment(word), ({ segment }) => segment);
