/** Who is typing where. */

import type { LogEntry, RoomId, Uid } from "../wire/words";

const LOBBY: RoomId = "lobby";
const NOBODY: Uid[] = [];
/** Events after which nobody types in their room; in the lobby they hold for the whole server. */
const ENDS = new Set(["kick", "ban", "mute"]);

export class Typing {
	private readonly rooms = new Map<RoomId, Map<Uid, number>>();

	/** Somebody types, and is taken to do so until then. */
	heard(room: RoomId, uid: Uid, until: number): void {
		const people = this.rooms.get(room) ?? new Map<Uid, number>();
		this.rooms.set(room, people.set(uid, until));
	}

	/** What was being typed is there, or will not come: whoever is out of a room or muted in it types nothing there. */
	hear(entry: LogEntry): void {
		if (entry.CMD === "MSG" || entry.KIND === "exit") this.rooms.get(entry.ROOM)?.delete(entry.FROM);
		else if (ENDS.has(entry.KIND) && entry.UID) {
			if (entry.ROOM === LOBBY) this.gone(entry.UID);
			else this.rooms.get(entry.ROOM)?.delete(entry.UID);
		}
	}

	/** Somebody has left, or may write nowhere. */
	gone(uid: Uid): void {
		for (const people of this.rooms.values()) people.delete(uid);
	}

	clear(): void {
		this.rooms.clear();
	}

	/** Who types there, in order of beginning. */
	in(room: RoomId, now: number): Uid[] {
		const people = this.rooms.get(room);
		if (!people?.size) return NOBODY;
		return [...people].filter(([, until]) => until > now).map(([uid]) => uid);
	}

	/** When the next one has stopped; null: nobody types. */
	nextEnd(now: number): number | null {
		const ends = [...this.rooms.values()].flatMap((people) => [...people.values()]).filter((until) => until > now);
		return ends.length ? Math.min(...ends) : null;
	}
}
