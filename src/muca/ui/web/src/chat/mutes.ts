/** The user's mutes and their ends; Infinity: until lifted. A mute on the server applies everywhere. */

import type { LogEntry, RoomId, Seq, Uid } from "../wire/words";

const SERVER: RoomId = "lobby";

interface Mute {
	/** The SEQ of the event. */
	seq: Seq;
	until: number;
}

export class Mutes {
	private readonly byRoom = new Map<RoomId, Mute>();

	constructor(private readonly me: Uid) {}

	/** Forget all mutes, because the logs were replaced. */
	clear(): void {
		this.byRoom.clear();
	}

	/** The end of the mute; 0: not muted. The caller must check whether it has passed. */
	until(room: RoomId): number {
		return Math.max(this.of(SERVER), this.of(room));
	}

	/** Process an event from a push or a page. */
	hear(entry: LogEntry): void {
		if (entry.CMD !== "EVENT" || entry.UID !== this.me) return;
		if (entry.KIND !== "mute" && entry.KIND !== "unmute") return;
		if (entry.SEQ < (this.byRoom.get(entry.ROOM)?.seq ?? 0)) return;
		this.byRoom.set(entry.ROOM, { seq: entry.SEQ, until: entry.KIND === "mute" ? (entry.UNTIL ?? Infinity) : 0 });
	}

	/** Set the state from a list of members, which includes all events up to this SEQ. */
	now(room: RoomId, seq: Seq, until: number): void {
		this.byRoom.set(room, { seq, until });
	}

	private of(room: RoomId): number {
		return this.byRoom.get(room)?.until ?? 0;
	}
}
