/** The user's read marker in a room: up to the last message seen, except messages marked as unread until the room is opened again. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { ReadPush, Room, RoomId, Seq, Uid } from "../wire/words";
import type { Rooms } from "./rooms";

/** Minimum time between two READs. */
const TELL_EVERY_MS = 1_000;

interface MarkerOutside {
	readonly me: Uid;
	readonly rooms: Pick<Rooms, "get" | "read">;
	ask(command: "READ", fields: object, options: { lasting: boolean }): Promise<unknown>;
	say(fields: { CMD: string } & Record<string, unknown>): void;
	/** The list of rooms must be shown again. */
	listsChanged(): void;
}

export class Marker {
	/** The read marker. */
	readonly readTo = signal<Seq>(0);
	/** “New” is shown after this SEQ; null: nowhere. */
	readonly newAfter = signal<Seq | null>(null);
	/** What the user is looking at. */
	private looksAt: "nothing" | "newest" | "others" = "nothing";
	private seenTo: Seq = 0;
	/** Messages from here on stay unread, even if they are in view. */
	private unreadFrom: Seq | null = null;
	private isGoingBack = false;
	private toldAt = 0;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly outside: MarkerOutside,
		private readonly id: ReadonlySignal<RoomId>,
	) {}

	/** Undefined: the user is not in it, and nothing is unread. */
	private get room(): Room | undefined {
		return this.outside.rooms.get(this.id.peek())?.room;
	}

	/** The room may have changed. */
	follow(): void {
		const { room } = this;
		if (!room) this.stop();
		const read = Math.max(room?.READ ?? 0, this.seenTo);
		const most = (this.unreadFrom ?? Number.POSITIVE_INFINITY) - 1;
		this.readTo.value = room ? Math.min(read, most) : Number.POSITIVE_INFINITY;
	}

	/** The user has opened the room, whose newest SEQ is `head`. Returns the position of “New”. */
	opened(head: Seq): Seq | null {
		this.unreadFrom = null;
		this.follow();
		const readTo = this.readTo.peek();
		this.newAfter.value = this.room?.UNREAD && readTo < head ? readTo : null;
		return this.newAfter.peek();
	}

	/** The user sees everything up to this SEQ; null: nobody is looking. `isNewest`: nothing comes after it. */
	seen(seq: Seq | null, isNewest: boolean, head: Seq): void {
		this.looksAt = seq === null ? "nothing" : isNewest ? "newest" : "others";
		const { room } = this;
		if (!room || seq === null || this.unreadFrom !== null) return;
		const newest = Math.max(head, room.SEQ ?? 0);
		const to = isNewest ? newest : seq;
		if (to <= this.readTo.peek()) return;
		this.seenTo = to;
		this.follow();
		if (to === newest) {
			this.outside.rooms.read({ ROOM: room.ROOM, UID: this.outside.me, SEQ: newest });
			this.outside.listsChanged();
		}
		this.timer ??= setTimeout(() => this.tell(), this.toldAt + TELL_EVERY_MS - Date.now());
	}

	async markUnread(seq: Seq): Promise<void> {
		if (this.timer !== undefined) this.tell(); // send the marker first, because the server moves back only from its own
		this.keepUnread(seq);
		this.isGoingBack = true;
		try {
			await this.outside.ask("READ", { ROOM: this.id.peek(), SEQ: seq - 1, BACK: true }, { lasting: true });
		} catch (error) {
			this.unreadFrom = null;
			throw error;
		} finally {
			this.isGoingBack = false;
		}
	}

	/** The user writes. “New” is removed if everything was read. */
	writes(head: Seq): void {
		if (this.readTo.peek() >= head) this.newAfter.value = null;
	}

	/** A message of the user has arrived, so the server has marked everything as read. */
	wrote(): void {
		this.unreadFrom = null;
	}

	/** A message from somebody else arrives. “New” moves to it unless the user sees it or is still reading from the previous position. */
	comes(): void {
		const readTo = this.readTo.peek();
		const isPassed = (this.newAfter.peek() ?? -1) < readTo;
		const isReading = this.looksAt === "others" && this.room?.UNREAD;
		if (isPassed && this.looksAt !== "newest" && !isReading) this.newAfter.value = readTo;
	}

	/** The server has moved the marker, perhaps for another device. */
	moved({ SEQ, BACK }: ReadPush): void {
		if (BACK) this.keepUnread(SEQ + 1);
		else if (!this.isGoingBack && this.unreadFrom !== null && SEQ >= this.unreadFrom) this.unreadFrom = null;
		this.follow();
	}

	/** The connection is back; `head`: the newest SEQ before. */
	rejoined(head: Seq): void {
		this.follow();
		const { room } = this;
		if (room?.UNREAD && this.readTo.peek() >= head) this.newAfter.value = this.readTo.peek();
		if (this.seenTo > (room?.READ ?? 0)) this.timer ??= setTimeout(() => this.tell());
	}

	/** It is not used any more. */
	end(): void {
		if (this.timer !== undefined) this.tell();
	}

	/** The SEQs belong to another history. */
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
		this.outside.say({ CMD: "READ", ROOM: this.id.peek(), SEQ: this.seenTo });
	}

	private stop(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
	}
}
