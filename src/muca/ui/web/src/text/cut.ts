/** The beginning of a text, cut between what one sees as characters. */

/** A character that reaches over the cut is seen to do so. */
const BEYOND = 64;

let segmenter: Intl.Segmenter | undefined;

/** At most so many UTF-16 units, the sign of the cut not counted. */
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
