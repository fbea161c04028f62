/** The members of named rooms, loaded when needed and then updated by events. */

import { signal } from "@preact/signals";
import type { LogEntry, RoomId, Uid } from "../wire/words";

const NOBODY: ReadonlySet<Uid> = new Set();

export class Members {
	private readonly byRoom = signal<ReadonlyMap<RoomId, ReadonlySet<Uid>>>(new Map());
	/** Rooms whose members are all loaded. */
	private readonly whole = new Set<RoomId>();

	/** Forget everything, because changes while disconnected are unknown. */
	clear(): void {
		this.byRoom.value = new Map();
		this.whole.clear();
	}

	/** The loaded members. Subscribes the caller to changes. */
	of(room: RoomId): ReadonlySet<Uid> {
		return this.byRoom.value.get(room) ?? NOBODY;
	}

	/** Whether all members are loaded. */
	isWhole(room: RoomId): boolean {
		return this.byRoom.value.has(room) && this.whole.has(room);
	}

	/** Start following the room's events. False if they are already followed. */
	begin(room: RoomId): boolean {
		if (this.byRoom.peek().has(room)) return false;
		this.set(room, NOBODY);
		return true;
	}

	/** All members were loaded. */
	end(room: RoomId): void {
		this.whole.add(room);
		this.byRoom.value = new Map(this.byRoom.peek());
	}

	/** The members could not be loaded. */
	drop(room: RoomId): void {
		const byRoom = new Map(this.byRoom.peek());
		if (byRoom.delete(room)) this.byRoom.value = byRoom;
	}

	/** Add members from the server's list. */
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
