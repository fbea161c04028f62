/** The positions of rows in a list that is only partly rendered. Heights are measured for rendered rows, and estimated for others. */

/** Rows from `first` up to, not including, `last`. */
export interface Span {
	first: number;
	last: number;
}

/** A row and the position of its top relative to the top of the view. */
export interface Anchor {
	key: string;
	y: number;
}

/** The top of each row, and after the last one the bottom of all. */
export function tops(heights: Iterable<number>): number[] {
	const all = [0];
	let top = 0;
	for (const height of heights) {
		top += height;
		all.push(top);
	}
	return all;
}

/** The row at a vertical position; the first or last one beyond the ends. */
export function rowAt(tops: readonly number[], y: number): number {
	let low = 0;
	let high = Math.max(0, tops.length - 2);
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((tops[middle] ?? 0) <= y) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** The rows between two vertical positions. */
export function spanOf(tops: readonly number[], from: number, to: number): Span {
	const count = tops.length - 1;
	if (count === 0) return { first: 0, last: 0 };
	return { first: rowAt(tops, from), last: Math.min(count, rowAt(tops, Math.max(from, to)) + 1) };
}

/** The span extended to include this row. */
export const including = ({ first, last }: Span, row: number): Span => ({
	first: Math.min(first, row),
	last: Math.max(last, row + 1),
});

export const covers = (outer: Span, inner: Span): boolean => outer.first <= inner.first && outer.last >= inner.last;
