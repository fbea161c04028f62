/** The read position in the rows of a conversation. */

import type { Row } from "../../chat/chat";
import { isUnread, NEW_KEY, seqOf } from "../../chat/rows";
import type { Seq } from "../../wire/words";
import type { Span } from "./layout";

/** The first unread message. */
export function firstUnread(rows: readonly Row[], readTo: Seq): string | null {
	let first: string | null = null;
	for (let index = rows.length - 1; index >= 0; index--) {
		const row = rows[index];
		if (!row || (seqOf(row) ?? Number.POSITIVE_INFINITY) <= readTo) break;
		if (row.is === "message" && isUnread(row.message, readTo)) first = row.key;
	}
	return first;
}

/** The read position if these rows are visible; 0 if none of them has a SEQ. */
export function seenTo(rows: readonly Row[], { first, last }: Span): Seq {
	for (let index = last - 1; index >= first; index--) {
		const row = rows[index];
		const seq = row ? seqOf(row) : null;
		if (seq !== null) return seq;
	}
	return 0;
}

export type Where = "above" | "here" | "below";

/** The position of “New” relative to the visible rows; null if there is none. */
export function whereNew(
	rows: readonly Row[],
	{ first, last }: Span,
	newAfter: Seq | null,
	hasNewer: boolean,
): Where | null {
	if (newAfter === null) return null;
	const index = rows.findIndex(({ key }) => key === NEW_KEY);
	if (index >= 0) return index < first ? "above" : index < last ? "here" : "below";
	const begin = seenTo([...rows].reverse(), { first: 0, last: rows.length });
	if (begin > newAfter) return "above";
	return hasNewer ? "below" : null;
}
