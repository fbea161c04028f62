/** How far one has read a room: up to what somebody has seen, but for what is to stay unread until the room is opened again. */

import { signal } from "@preact/signals";
import type { ReadPush, Room, Seq } from "../wire/words";

/** The server is told no more often. */
const TELL_EVERY_MS = 1_000;

export interface MarkerOutside {
	/** Undefined: one is not in it, and nothing is unread. */
	room(): Room | undefined;
	/** All is read, up to the newest. */
	readAll(head: Seq): void;
	/** Say how far it is read. */
	tell(seq: Seq): void;
	/** Make all behind it unread again. */
	goBack(seq: Seq): Promise<unknown>;
}

export class Marker {
	/** Up to where it is read. */
	readonly readTo = signal<Seq>(0);
	/** “New” stands behind this SEQ; null: nowhere. */
	readonly newAfter = signal<Seq | null>(null);
	/** What somebody looks at. */
	private looksAt: "nothing" | "newest" | "others" = "nothing";
	private seenTo: Seq = 0;
	/** It stays unread from here on, whatever is looked at. */
	private unreadFrom: Seq | null = null;
	private isGoingBack = false;
	private toldAt = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly outside: MarkerOutside) {}

	/** The room may be another one than before. */
	follow(): void {
		const room = this.outside.room();
		const read = Math.max(room?.READ ?? 0, this.seenTo);
		const most = (this.unreadFrom ?? Number.POSITIVE_INFINITY) - 1;
		this.readTo.value = room ? Math.min(read, most) : Number.POSITIVE_INFINITY;
	}

	/** Somebody has turned to the room, the newest SEQ of which is `head`. Gives where “New” is now. */
	opened(head: Seq): Seq | null {
		this.unreadFrom = null;
		this.follow();
		const readTo = this.readTo.peek();
		this.newAfter.value = this.outside.room()?.UNREAD && readTo < head ? readTo : null;
		return this.newAfter.peek();
	}

	/** Somebody sees everything up to there, null: nobody looks; `isNewest`: and nothing comes after it. */
	seen(seq: Seq | null, isNewest: boolean, head: Seq): void {
		this.looksAt = seq === null ? "nothing" : isNewest ? "newest" : "others";
		const room = this.outside.room();
		if (!room || seq === null || this.unreadFrom !== null) return;
		const newest = Math.max(head, room.SEQ ?? 0);
		const to = isNewest ? newest : seq;
		if (to <= this.readTo.peek()) return;
		this.seenTo = to;
		this.follow();
		if (to === newest) this.outside.readAll(newest);
		this.timer ??= setTimeout(() => this.tell(), this.toldAt + TELL_EVERY_MS - Date.now());
	}

	async markUnread(seq: Seq): Promise<void> {
		if (this.timer !== undefined) this.tell(); // the server goes back only from where it is
		this.keepUnread(seq);
		this.isGoingBack = true;
		try {
			await this.outside.goBack(seq - 1);
		} catch (error) {
			this.unreadFrom = null;
			throw error;
		} finally {
			this.isGoingBack = false;
		}
	}

	/** One writes. “New” goes if all was read. */
	writes(head: Seq): void {
		if (this.readTo.peek() >= head) this.newAfter.value = null;
	}

	/** A message of one's own has arrived: the server has it all read. */
	wrote(): void {
		this.unreadFrom = null;
	}

	/** A message of somebody else comes. “New” moves there unless somebody sees it, or is still reading on from where it was. */
	comes(): void {
		const readTo = this.readTo.peek();
		const isPassed = (this.newAfter.peek() ?? -1) < readTo;
		const isReading = this.looksAt === "others" && this.outside.room()?.UNREAD;
		if (isPassed && this.looksAt !== "newest" && !isReading) this.newAfter.value = readTo;
	}

	/** The server has moved it, on whatever device that was meant. */
	moved({ SEQ, BACK }: ReadPush): void {
		if (BACK) this.keepUnread(SEQ + 1);
		else if (!this.isGoingBack && this.unreadFrom !== null && SEQ >= this.unreadFrom) this.unreadFrom = null;
		this.follow();
	}

	/** The connection is there again; `head`: the newest SEQ before. */
	rejoined(head: Seq): void {
		this.follow();
		const room = this.outside.room();
		if (room?.UNREAD && this.readTo.peek() >= head) this.newAfter.value = this.readTo.peek();
		if (this.seenTo > (room?.READ ?? 0)) this.timer ??= setTimeout(() => this.tell());
	}

	/** The SEQs are of another history. */
	forget(): void {
		this.newAfter.value = null;
		this.unreadFrom = null;
		this.seenTo = 0;
		this.stop();
	}

	private keepUnread(from: Seq): void {
		this.stop();
		this.unreadFrom = from;
		this.seenTo = 0;
		this.newAfter.value = from - 1;
		this.follow();
	}

	private tell(): void {
		this.stop();
		this.toldAt = Date.now();
		this.outside.tell(this.seenTo);
	}

	private stop(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
	}
}
