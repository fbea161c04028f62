/** Where I am muted, and until when: Infinity where until it is lifted. Who is muted on the server is muted everywhere. */

import type { LogEntry, RoomId, Seq, Uid } from "../wire/words";

const SERVER: RoomId = "lobby";

interface Mute {
	/** Of the event that says so. */
	seq: Seq;
	until: number;
}

export class Mutes {
	private readonly byRoom = new Map<RoomId, Mute>();

	constructor(private readonly me: Uid) {}

	/** The logs are other ones: what they have said holds no more. */
	clear(): void {
		this.byRoom.clear();
	}

	/** 0: not muted there. What has passed is the reader's to see. */
	until(room: RoomId): number {
		return Math.max(this.of(SERVER), this.of(room));
	}

	/** An event, live or of a page of the log. */
	hear(entry: LogEntry): void {
		if (entry.CMD !== "EVENT" || entry.UID !== this.me) return;
		if (entry.KIND !== "mute" && entry.KIND !== "unmute") return;
		if (entry.SEQ < (this.byRoom.get(entry.ROOM)?.seq ?? 0)) return;
		this.byRoom.set(entry.ROOM, { seq: entry.SEQ, until: entry.KIND === "mute" ? (entry.UNTIL ?? Infinity) : 0 });
	}

	/** The server says how it is now, after all events up to this one: in a list of members. */
	now(room: RoomId, seq: Seq, until: number): void {
		this.byRoom.set(room, { seq, until });
	}

	private of(room: RoomId): number {
		return this.byRoom.get(room)?.until ?? 0;
	}
}
