/** Who is typing where. */

import type { LogEntry, RoomId, Uid } from "../wire/words";

const LOBBY: RoomId = "lobby";
const NOBODY: Uid[] = [];
/** Events that end typing in their room; in the lobby, on the whole server. */
const ENDS = new Set(["kick", "ban", "mute"]);

export class Typing {
	private readonly rooms = new Map<RoomId, Map<Uid, number>>();

	/** Somebody is typing, until this time. */
	heard(room: RoomId, uid: Uid, until: number): void {
		const people = this.rooms.get(room) ?? new Map<Uid, number>();
		this.rooms.set(room, people.set(uid, until));
	}

	/** An event that ends typing: the message has arrived, or the person has left, was removed or muted. */
	hear(entry: LogEntry): void {
		if (entry.CMD === "MSG" || entry.KIND === "exit") this.rooms.get(entry.ROOM)?.delete(entry.FROM);
		else if (ENDS.has(entry.KIND) && entry.UID) {
			if (entry.ROOM === LOBBY) this.gone(entry.UID);
			else this.rooms.get(entry.ROOM)?.delete(entry.UID);
		}
	}

	/** Somebody has left, or cannot write anywhere. */
	gone(uid: Uid): void {
		for (const people of this.rooms.values()) people.delete(uid);
	}

	clear(): void {
		this.rooms.clear();
	}

	/** Who is typing there, in order of start. */
	in(room: RoomId, now: number): Uid[] {
		const people = this.rooms.get(room);
		if (!people?.size) return NOBODY;
		return [...people].filter(([, until]) => until > now).map(([uid]) => uid);
	}

	/** When the next one stops; null if nobody is typing. */
	nextEnd(now: number): number | null {
		const ends = [...this.rooms.values()].flatMap((people) => [...people.values()]).filter((until) => until > now);
		return ends.length ? Math.min(...ends) : null;
	}
}
