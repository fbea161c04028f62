/** The user's messages in a room that are not in its log yet: unsent, or acknowledged before their push or page has arrived. */

import type { ReadonlySignal } from "@preact/signals";
import type { RoomId, Seq, Uid } from "../wire/words";
import type { Delivery, MessageView } from "./chat";
import type { Log } from "./log";
import { type Rooms, reachOf } from "./rooms";
import type { Kept } from "./shelf";
import { keptView } from "./views";

interface UnsentOutside {
	readonly me: Uid;
	readonly nickname: string;
	readonly rooms: Pick<Rooms, "find">;
	/** The messages of the outbox for a room, the oldest first. */
	unsent(room: RoomId): readonly Kept[];
	delivery(kept: Kept): Delivery;
}

export class Unsent {
	private readonly acknowledged = new Map<Seq, Kept>();
	private readonly views = new WeakMap<Kept, MessageView>();

	/** `people`: the participants, while there is no room. */
	constructor(
		private readonly outside: UnsentOutside,
		private readonly room: ReadonlySignal<RoomId>,
		private readonly people: readonly Uid[] | null,
	) {}

	/** The server has stored it at this position. */
	stored(kept: Kept, seq: Seq): void {
		this.acknowledged.set(seq, kept);
	}

	/** The log has grown. */
	follow(log: Log): void {
		for (const seq of this.acknowledged.keys()) if (log.covers(seq)) this.acknowledged.delete(seq);
	}

	/** The SEQs belong to another history. */
	forget(): void {
		this.acknowledged.clear();
	}

	/** What comes after the log. The push of a message may arrive before its acknowledgement. */
	after(log: Log): MessageView[] {
		const acknowledged = [...this.acknowledged.values()];
		const isPushed = ({ id }: Kept) => log.shown.some(({ entry }) => entry.CMD === "MSG" && entry.ID === id);
		const waiting = this.outside
			.unsent(this.room.peek())
			.filter((kept) => !acknowledged.includes(kept) && !isPushed(kept));
		return [
			...acknowledged.map((kept) => this.view(kept, { is: "stored" })),
			...waiting.map((kept) => this.view(kept, this.outside.delivery(kept))),
		];
	}

	private view(kept: Kept, delivery: Delivery): MessageView {
		const before = this.views.get(kept);
		if (before && before.delivery.is === delivery.is) return before;
		const { me, nickname, rooms } = this.outside;
		const id = this.room.peek();
		const kind = rooms.find(id)?.KIND ?? (this.people?.length === 1 ? "direct" : "group");
		const view = keptView(kept, id, reachOf(kind), me, nickname, delivery);
		this.views.set(kept, view);
		return view;
	}
}
