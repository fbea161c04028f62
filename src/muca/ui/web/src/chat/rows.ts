/** The rows of a conversation, from its log and unsent messages. Unchanged rows stay the same object. */

import type { Event, LogEntry, Seq } from "../wire/words";
import type { MessageView, Row } from "./chat";

/** After such a pause a message gets its own head. */
const PAUSE_MS = 5 * 60_000;

/** Events that have their own row. */
const TOLD = new Set(["create", "set", "enter", "exit", "invite", "kick", "ban", "unban", "mute", "unmute", "role"]);

export const NEW_KEY = "new";

export type Line = MessageView | Event;

/** Whether it has a row. */
export const isTold = (entry: LogEntry): boolean => entry.CMD === "MSG" || TOLD.has(entry.KIND);

/** Null for rows without one: days, “New”, and unsent messages. */
export function seqOf(row: Row): Seq | null {
	if (row.is === "message") return row.message.seq;
	return row.is === "notice" ? row.event.SEQ : null;
}

const isMessage = (line: Line): line is MessageView => "key" in line;

export class Rows {
	private rows: readonly Row[] = [];
	private byKey = new Map<string, Row>();

	/** `lines` in order; `newAfter`: “New” is shown before the first message of others after this SEQ; null: not shown. */
	build(lines: readonly Line[], newAfter: Seq | null): readonly Row[] {
		const rows = this.compose(lines, newAfter).map((row) => {
			const before = this.byKey.get(row.key);
			return before && isSame(before, row) ? before : row;
		});
		if (rows.length !== this.rows.length || rows.some((row, index) => row !== this.rows[index])) {
			this.rows = rows;
			this.byKey = new Map(rows.map((row) => [row.key, row]));
		}
		return this.rows;
	}

	private compose(lines: readonly Line[], newAfter: Seq | null): Row[] {
		const rows: Row[] = [];
		const newest = new Days();
		let before: MessageView | null = null;
		let isAbove = newAfter !== null;
		for (const line of lines) {
			if (!isMessage(line) && !TOLD.has(line.KIND)) continue;
			const ts = isMessage(line) ? line.ts : line.TS;
			const day = newest.next(ts);
			if (day) rows.push(day);
			if (isAbove && isMessage(line) && isUnread(line, newAfter ?? 0)) {
				rows.push({ is: "new", key: NEW_KEY });
				isAbove = false;
				before = null;
			}
			if (isMessage(line)) {
				const head = day !== null || before === null || !goesOn(before, line);
				rows.push({ is: "message", key: line.key, message: line, head });
				before = line;
			} else {
				rows.push({ is: "notice", key: `event ${line.SEQ}`, event: line });
				before = null;
			}
		}
		return rows;
	}
}

/** Whether it counts as unread for a read marker, by the server's rules. */
export const isUnread = ({ seq, own, ignored, deleted }: MessageView, readTo: Seq): boolean =>
	seq !== null && seq > readTo && !own && !ignored && !deleted;

const goesOn = (before: MessageView, message: MessageView): boolean =>
	before.from === message.from && message.replyTo === null && message.ts - before.ts < PAUSE_MS;

function isSame(one: Row, other: Row): boolean {
	if (one.is === "message" && other.is === "message") return one.message === other.message && one.head === other.head;
	if (one.is === "notice" && other.is === "notice") return one.event === other.event;
	return one.is === other.is;
}

/** The days of a conversation, in local time. A clock that was set back does not start a day again. */
class Days {
	private until = Number.NEGATIVE_INFINITY;

	/** The row of the day that begins here, or null. */
	next(ms: number): Row | null {
		if (ms < this.until) return null;
		const date = new Date(ms);
		const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate());
		this.until = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
		const day = `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
		return { is: "day", key: `day ${day}`, ts: midnight.getTime() };
	}
}
