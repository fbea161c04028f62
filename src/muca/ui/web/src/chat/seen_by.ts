/** How far the others in a small room have read. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { RoomId, Seq, Uid } from "../wire/words";
import type { Chat } from "./chat";
import type { Rooms } from "./rooms";

/** In rooms of up to this size, others are told the user's read marker. */
const MEMBERS_MAX = 20;

interface SeenByOutside {
	readonly me: Uid;
	readonly rooms: Pick<Rooms, "get">;
	ask: Chat["ask"];
}

export class SeenBy {
	readonly markers = signal<ReadonlyMap<Uid, Seq>>(new Map());
	private isAsked = false;

	constructor(
		private readonly outside: SeenByOutside,
		private readonly room: ReadonlySignal<RoomId>,
	) {}

	/** Request the markers, once. */
	follow(): void {
		const ROOM = this.room.peek();
		const { MEMBERS } = this.outside.rooms.get(ROOM)?.room ?? {};
		if (this.isAsked || !MEMBERS || MEMBERS.length > MEMBERS_MAX) return;
		this.isAsked = true;
		this.outside.ask("MEMBERS", { ROOM }).then(
			(page) => {
				for (const { UID, READ = 0 } of page.MEMBERS) this.read(UID, READ);
			},
			() => {
				this.isAsked = false;
			},
		);
	}

	/** Somebody has read up to this SEQ. */
	read(uid: Uid, seq: Seq): void {
		const before = this.markers.peek().get(uid) ?? 0;
		if (uid !== this.outside.me && seq > before) this.markers.value = new Map(this.markers.peek()).set(uid, seq);
	}

	/** The SEQs belong to another history. */
	forget(): void {
		this.markers.value = new Map();
		this.isAsked = false;
	}
}
