/** How far the others in a small room have read. */

import { signal } from "@preact/signals";
import type { Member, Room, Seq, Uid } from "../wire/words";

/** In rooms of up to this size, others are told the user's read marker. */
const MEMBERS_MAX = 20;

interface SeenByOutside {
	readonly me: Uid;
	/** Undefined: the user is not in it. */
	room(): Room | undefined;
	members(): Promise<readonly Member[]>;
}

export class SeenBy {
	readonly markers = signal<ReadonlyMap<Uid, Seq>>(new Map());
	private isAsked = false;

	constructor(private readonly outside: SeenByOutside) {}

	/** Request the markers, once. */
	follow(): void {
		const { MEMBERS } = this.outside.room() ?? {};
		if (this.isAsked || !MEMBERS || MEMBERS.length > MEMBERS_MAX) return;
		this.isAsked = true;
		this.outside.members().then(
			(members) => {
				for (const { UID, READ = 0 } of members) this.read(UID, READ);
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
