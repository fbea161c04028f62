/** Who is in which named room: read where it matters, then followed by the events of its log. */

import { signal } from "@preact/signals";
import type { LogEntry, RoomId, Uid } from "../wire/words";

const NOBODY: ReadonlySet<Uid> = new Set();

export class Members {
	private readonly byRoom = signal<ReadonlyMap<RoomId, ReadonlySet<Uid>>>(new Map());
	/** Rooms of which all members were read. */
	private readonly whole = new Set<RoomId>();

	/** There was a time without a connection, and what happened in it is not known. */
	clear(): void {
		this.byRoom.value = new Map();
		this.whole.clear();
	}

	/** Those who are in it as far as it was read. A component that asks is drawn again when they change. */
	of(room: RoomId): ReadonlySet<Uid> {
		return this.byRoom.value.get(room) ?? NOBODY;
	}

	/** Whether everybody else is out of it. */
	isWhole(room: RoomId): boolean {
		return this.byRoom.value.has(room) && this.whole.has(room);
	}

	/** From here on, events of the room count. False: they did already. */
	begin(room: RoomId): boolean {
		if (this.byRoom.peek().has(room)) return false;
		this.set(room, NOBODY);
		return true;
	}

	/** It was read to its end. */
	end(room: RoomId): void {
		this.whole.add(room);
		this.byRoom.value = new Map(this.byRoom.peek());
	}

	/** It could not be read. */
	drop(room: RoomId): void {
		const byRoom = new Map(this.byRoom.peek());
		if (byRoom.delete(room)) this.byRoom.value = byRoom;
	}

	/** The server lists them. */
	add(room: RoomId, uids: readonly Uid[]): void {
		const members = this.byRoom.peek().get(room);
		if (members) this.set(room, new Set([...members, ...uids]));
	}

	hear(entry: LogEntry): void {
		if (entry.CMD !== "EVENT") return;
		if (entry.KIND === "enter") this.add(entry.ROOM, [entry.FROM]);
		else if (entry.KIND === "exit") this.remove(entry.ROOM, entry.FROM);
		else if (entry.KIND === "invite" && entry.UID) this.add(entry.ROOM, [entry.UID]);
		else if ((entry.KIND === "kick" || entry.KIND === "ban") && entry.UID) this.remove(entry.ROOM, entry.UID);
	}

	private remove(room: RoomId, gone: Uid): void {
		const members = this.byRoom.peek().get(room);
		if (members?.has(gone)) this.set(room, new Set([...members].filter((uid) => uid !== gone)));
	}

	private set(room: RoomId, members: ReadonlySet<Uid>): void {
		this.byRoom.value = new Map(this.byRoom.peek()).set(room, members);
	}
}
