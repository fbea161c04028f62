/** Shortens a text between visible characters. */

/** Characters beyond the cut to look at, to find one that crosses it. */
const BEYOND = 64;

let segmenter: Intl.Segmenter | undefined;

/** At most this many UTF-16 units, without the ellipsis. */
export function cut(text: string, most: number): string {
	if (text.length <= most) return text;
	segmenter ??= new Intl.Segmenter();
	let end = 0;
	for (const { index, segment } of segmenter.segment(text.slice(0, most + BEYOND))) {
		if (index + segment.length > most) break;
		end = index + segment.length;
	}
	return `${text.slice(0, end)}…`;
}
