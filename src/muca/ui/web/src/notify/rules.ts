/** The user's notification settings. */

import type { Heard, Missed, RoomView } from "../chat/chat";
import type { RoomId } from "../wire/words";

export const LEVELS = ["off", "mentions", "all"] as const;
/** `mentions`: mentions of the user, and everything in direct rooms. */
export type Level = (typeof LEVELS)[number];

export interface Wishes {
	level: Level;
	/** Rooms with their own level. */
	rooms: Readonly<Record<RoomId, Level>>;
	sound: boolean;
}

export const USUAL: Wishes = { level: "mentions", rooms: {}, sound: false };

export function isWanted(wishes: Wishes, { is, message, room }: Pick<Heard, "is" | "message" | "room">): boolean {
	if (message.own || message.ignored || message.deleted) return false;
	if (is === "edited" && !message.mentionsMe) return false;
	const level = levelIn(wishes, room);
	return level === "all" || (level === "mentions" && (message.mentionsMe || room.kind === "direct"));
}

/** The part of what was missed to notify about. */
export function wantedOf(wishes: Wishes, { room, unread, mentions }: Missed): number {
	return { off: 0, mentions, all: unread }[levelIn(wishes, room)];
}

const levelIn = ({ rooms, level }: Wishes, { id }: RoomView): Level => rooms[id] ?? level;

/** The same settings with another level for a room; null: the general level. */
export function withRoom(wishes: Wishes, room: RoomId, level: Level | null): Wishes {
	const { [room]: _, ...rooms } = wishes.rooms;
	return { ...wishes, rooms: level === null ? rooms : { ...rooms, [room]: level } };
}

/** Parse stored settings, ignoring invalid parts. */
export function readWishes(kept: string | null): Wishes {
	try {
		const { level, rooms, sound } = JSON.parse(kept ?? "{}");
		const known = Object.entries(rooms ?? {}).filter((entry): entry is [RoomId, Level] => isLevel(entry[1]));
		return { level: isLevel(level) ? level : USUAL.level, rooms: Object.fromEntries(known), sound: sound === true };
	} catch {
		return USUAL;
	}
}

const isLevel = (value: unknown): value is Level => LEVELS.includes(value as Level);
