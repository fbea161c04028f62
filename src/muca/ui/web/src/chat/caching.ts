/** Keeps the copy of a session in the cache up to date, and loads the logs for it in advance. */

import type { RoomId } from "../wire/words";
import type { Cache, LogCopy, Overview } from "./cache";
import { Saving } from "./saving";

export interface CachingOutside {
	readonly cache: Cache;
	readonly conversations: {
		get(room: RoomId): { copy(): LogCopy | null } | undefined;
		readAhead(room: RoomId): void;
		letGo(kept: ReadonlySet<RoomId>): void;
	};
	/** Connected, and everything that is shown comes from the server. */
	readonly isCurrent: boolean;
	/** The rooms whose newest messages are stored: the lobby, and the most recently active. */
	readonly storedRooms: ReadonlySet<RoomId>;
	/** Everything else that is stored. */
	readonly overview: Overview;
}

export class Caching {
	private readonly saving = new Saving(() => this.save());
	/** The stored copy of each log. */
	private readonly stored = new Map<RoomId, LogCopy>();
	/** Rooms whose newest page was requested since JOIN. */
	private readonly ahead = new Set<RoomId>();

	constructor(private readonly outside: CachingOutside) {}

	/** A session is up: what comes while there is none was missed. */
	joined(): void {
		this.ahead.clear();
	}

	/** Something has changed. */
	soon(): void {
		this.saving.soon();
	}

	/** The session is over: delete the copy. */
	end(): void {
		this.saving.end();
		void this.outside.cache.clear();
	}

	private save(): void {
		const { cache, conversations, isCurrent, storedRooms: rooms, overview } = this.outside;
		if (!isCurrent) return;
		for (const known of [this.stored, this.ahead])
			for (const room of known.keys()) if (!rooms.has(room)) known.delete(room);
		const changed = new Map<RoomId, LogCopy>();
		for (const room of rooms) {
			const copy = conversations.get(room)?.copy();
			if (copy && !isSame(copy, this.stored.get(room))) changed.set(room, copy);
		}
		for (const [room, copy] of changed) this.stored.set(room, copy);
		void cache.write(overview, changed, rooms);
		conversations.letGo(rooms);
		this.readAhead(rooms);
	}

	/** Load the next of these rooms; each one is stored before the next is requested. */
	private readAhead(rooms: ReadonlySet<RoomId>): void {
		const next = [...rooms].find((id) => !this.ahead.has(id));
		if (next === undefined) return;
		this.ahead.add(next);
		this.outside.conversations.readAhead(next);
		this.saving.soon();
	}
}

const isSame = (one: LogCopy, other: LogCopy | undefined): boolean =>
	one.first === other?.first && one.last === other.last && one.events.every((event, at) => event === other.events[at]);
