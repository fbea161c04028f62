/** The user's rooms: settings, unread counts and order of activity. */

import type {
	Event,
	Last,
	LogEntry,
	Message,
	ReadPush,
	Role,
	Room,
	RoomId,
	RoomKind,
	RoomSettings,
	Uid,
} from "../wire/words";

const REACH = { lobby: "ALL", direct: "PRIVATE", group: "GROUP", named: "ROOM" } as const;
export const reachOf = (kind: RoomKind): (typeof REACH)[RoomKind] => REACH[kind];

export interface OwnRoom {
	room: Room;
	/** Increases with activity: the highest is the most recent. */
	order: number;
}

export class Rooms {
	private byId = new Map<RoomId, OwnRoom>();
	/** Rooms that the user is not in, in their last known state. */
	private readonly directory = new Map<RoomId, Room>();
	private orders = 0;
	/** Decreases for rooms that were active before those of JOIN. */
	private oldest = 0;
	/** The user's rooms that the current JOIN did not list, so their counts are outdated. */
	private stale = new Set<RoomId>();
	/** Conversations whose newest message must be requested from the server. */
	readonly unsure = new Set<RoomId>();

	constructor(private readonly me: Uid) {}

	get own(): readonly OwnRoom[] {
		return [...this.byId.values()];
	}

	get(id: RoomId): OwnRoom | null {
		return this.byId.get(id) ?? null;
	}

	/** A room that the user is in, or another known one. */
	find(id: RoomId): Room | null {
		return this.byId.get(id)?.room ?? this.directory.get(id) ?? null;
	}

	/** The conversation of the user with exactly these people. */
	among(others: readonly Uid[]): RoomId | null {
		const wanted = new Set([...others, this.me]);
		for (const { room } of this.byId.values()) {
			const members = room.MEMBERS ?? [];
			if (members.length === wanted.size && members.every(({ UID }) => wanted.has(UID))) return room.ROOM;
		}
		return null;
	}

	/** Restore stored rooms. */
	restore(rooms: readonly OwnRoom[]): void {
		this.byId = new Map(rooms.map((own) => [own.room.ROOM, { ...own }]));
		this.orders = Math.max(0, ...rooms.map(({ order }) => order));
		this.oldest = Math.min(0, ...rooms.map(({ order }) => order));
	}

	/** The rooms of JOIN: the lobby, then the most recently active. `more`: there are others. */
	start(rooms: readonly Room[], more: boolean): void {
		const before = this.byId;
		this.byId = new Map(before);
		const listed = new Set(rooms.map(({ ROOM }) => ROOM));
		if (!more) for (const id of before.keys()) if (!listed.has(id)) this.leave(id);
		this.stale = new Set(more ? before.keys() : []);
		this.unsure.clear();
		for (const room of [...rooms].reverse()) {
			this.byId.set(room.ROOM, { room, order: ++this.orders });
			this.stale.delete(room.ROOM);
		}
	}

	/** A page of rooms that JOIN did not list, the most recently active first; `last`: there are no others. */
	list(rooms: readonly Room[], last: boolean): void {
		for (const room of rooms) {
			const before = this.byId.get(room.ROOM);
			if (before && this.unsure.delete(room.ROOM)) before.room = withLast(before.room, room.LAST);
			if (before && !this.stale.delete(room.ROOM)) continue;
			this.byId.set(room.ROOM, { room, order: before?.order ?? --this.oldest });
		}
		if (!last) return;
		for (const id of this.stale) this.leave(id);
		this.stale.clear();
	}

	/** Update a room. The counts of the user's own rooms come from pushes. */
	hear(room: Room): void {
		if (room.ENTERED === false) {
			this.directory.set(room.ROOM, room);
			return;
		}
		const before = this.byId.get(room.ROOM);
		const isCounted = before && !this.stale.delete(room.ROOM);
		this.byId.set(room.ROOM, {
			room: isCounted ? withCounts(room, before.room) : room,
			order: before?.order ?? ++this.orders,
		});
		if (!before && isConversation(room)) this.unsure.add(room.ROOM);
	}

	/** Apply an event. Events that were already counted are not counted again. */
	push(entry: LogEntry, ignores: ReadonlySet<Uid>): void {
		const own = this.byId.get(entry.ROOM);
		if (!own || entry.SEQ <= (own.room.SEQ ?? 0)) return;
		own.room = { ...own.room, SEQ: entry.SEQ };
		if (entry.CMD === "EVENT") this.follow(own, entry, ignores);
		else this.count(own, entry, ignores.has(entry.FROM));
	}

	/** The user's read marker has moved, on any device. */
	read({ ROOM, UID, SEQ, BACK = false, UNREAD = 0, MENTIONS = 0 }: Omit<ReadPush, "CMD">): void {
		const own = this.byId.get(ROOM);
		if (!own || UID !== this.me || (!BACK && SEQ < (own.room.READ ?? 0))) return;
		own.room = { ...own.room, READ: SEQ, UNREAD, MENTIONS };
	}

	/** The list of ignored people has changed, which may change the newest messages. */
	ignore(before: ReadonlySet<Uid>, now: ReadonlySet<Uid>): void {
		for (const own of this.byId.values()) {
			const { LAST, MEMBERS = [], ROOM } = own.room;
			const isHidden = LAST !== undefined && now.has(LAST.FROM);
			if (isHidden) own.room = withLast(own.room, undefined);
			if (isHidden || MEMBERS.some(({ UID }) => before.has(UID) && !now.has(UID))) this.unsure.add(ROOM);
		}
	}

	private count(own: OwnRoom, message: Message, isIgnored: boolean): void {
		own.order = ++this.orders;
		if (isConversation(own.room) && !isIgnored) {
			own.room = withLast(own.room, lastOf(message));
			this.unsure.delete(message.ROOM);
		}
		const { UNREAD = 0, MENTIONS = 0 } = own.room;
		const isMention = message.MENTIONS?.includes(this.me) || message.MENTIONS_ROOM;
		if (message.FROM === this.me) own.room = { ...own.room, READ: message.SEQ, UNREAD: 0, MENTIONS: 0 };
		else if (!isIgnored) own.room = { ...own.room, UNREAD: UNREAD + 1, MENTIONS: MENTIONS + (isMention ? 1 : 0) };
	}

	/** Update the counts after an edit or a deletion. */
	private recount(
		own: OwnRoom,
		{ KIND, FROM, AUTHOR = FROM, OF = 0, COUNTS = [] }: Event,
		ignores: ReadonlySet<Uid>,
	): void {
		if (AUTHOR === this.me || ignores.has(AUTHOR)) return;
		const { READ = 0, UNREAD = 0, MENTIONS = 0 } = own.room;
		const mine = COUNTS.filter(({ UID, ROOM, SEQ }) => (ROOM || UID === this.me) && SEQ > READ);
		own.room = {
			...own.room,
			UNREAD: UNREAD - (KIND === "delete" && OF > READ ? 1 : 0),
			MENTIONS: mine.reduce((sum, { BY }) => sum + BY, MENTIONS),
		};
	}

	/** Apply an event to the newest message. */
	private change(own: OwnRoom, { KIND, MSG = "" }: Event): void {
		const { LAST, ROOM } = own.room;
		if (LAST && KIND === "edit") own.room = withLast(own.room, { SEQ: LAST.SEQ, TS: LAST.TS, FROM: LAST.FROM, MSG });
		if (KIND !== "delete") return;
		own.room = withLast(own.room, undefined);
		this.unsure.add(ROOM);
	}

	private follow(own: OwnRoom, event: Event, ignores: ReadonlySet<Uid>): void {
		const isMine = event.UID === this.me;
		// Kicks and bans in the lobby apply to the server, which ends the session.
		const isRemoval = own.room.KIND === "named" && (event.KIND === "kick" || event.KIND === "ban");
		if (event.KIND === "edit" || event.KIND === "delete") this.recount(own, event, ignores);
		if (event.OF === own.room.LAST?.SEQ) this.change(own, event);
		if (event.KIND === "set" && event.SETTINGS) own.room = withSettings(own.room, event.SETTINGS);
		else if (event.KIND === "role" && isMine && event.ROLE) own.room = { ...own.room, ROLE: event.ROLE };
		else if (event.KIND === "delete_room") this.byId.delete(own.room.ROOM);
		else if (event.KIND === "exit" ? event.FROM === this.me : isMine && isRemoval) this.leave(own.room.ROOM);
	}

	/** The user has left the room. The title of a named room is kept. */
	private leave(id: RoomId): void {
		const room = this.byId.get(id)?.room;
		if (room?.KIND === "named") this.directory.set(id, { ...room, ENTERED: false, UNREAD: 0, MENTIONS: 0 });
		this.byId.delete(id);
	}
}

export const roleIn = ({ ROLE = "member" }: Room): Role => ROLE;

const isConversation = ({ KIND }: Room): boolean => KIND === "direct" || KIND === "group";

const withCounts = (room: Room, { SEQ = 0, READ = 0, UNREAD = 0, MENTIONS = 0, LAST }: Room): Room =>
	withLast({ ...room, SEQ, READ, UNREAD, MENTIONS }, LAST);

function withLast({ LAST: _, ...room }: Room, last: Last | undefined): Room {
	return last ? { ...room, LAST: last } : room;
}

/** The newest message in the form of the server's lists of rooms. */
export function lastOf({ SEQ, TS, FROM, MSG, FILES = [] }: Message): Last {
	const [file] = FILES;
	if (MSG || !file) return { SEQ, TS, FROM, MSG };
	return { SEQ, TS, FROM, FILES: FILES.length, NAME: file.NAME, TYPE: file.TYPE };
}

/** Empty settings are omitted from a room, as in the protocol. */
function withSettings(room: Room, settings: RoomSettings): Room {
	const set = Object.entries({ ...room, ...settings }).filter(([key, value]) => !(key in settings) || value);
	return Object.fromEntries(set) as unknown as Room;
}
