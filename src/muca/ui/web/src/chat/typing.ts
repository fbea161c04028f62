/** Who is typing where. */

import type { RoomId, Uid } from "../wire/words";

const NOBODY: Uid[] = [];

export class Typing {
	private readonly rooms = new Map<RoomId, Map<Uid, number>>();

	/** Somebody types, and is taken to do so until then. */
	heard(room: RoomId, uid: Uid, until: number): void {
		const people = this.rooms.get(room) ?? new Map<Uid, number>();
		this.rooms.set(room, people.set(uid, until));
	}

	/** What was being typed is there. */
	said(room: RoomId, uid: Uid): void {
		this.rooms.get(room)?.delete(uid);
	}

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
