/** What to notify the user about. */

import type { LogEntry, Message, Room, RoomId, Uid } from "../wire/words";
import type { Heard, Missed, RoomView } from "./chat";

/** The message to notify about, if the entry has one. */
export function heardIn(entry: LogEntry, me: Uid): { is: Heard["is"]; message: Omit<Message, "TYPE"> } | null {
	if (entry.CMD === "MSG") return { is: "new", message: entry };
	const { CMD: _, KIND, OF = 0, AUTHOR, FROM, COUNTS = [], MSG = "", ...more } = entry;
	if (KIND !== "edit" && KIND !== "delete") return null;
	const mentions = COUNTS.some(({ UID, ROOM, BY }) => BY > 0 && (ROOM || UID === me));
	const message = { ...more, CMD: "MSG" as const, SEQ: OF, FROM: AUTHOR ?? FROM, MSG, MENTIONS_ROOM: false };
	if (KIND === "delete") return { is: "deleted", message: { ...message, MENTIONS: [], DELETED: true } };
	return { is: "edited", message: { ...message, MENTIONS: mentions ? [me] : [] } };
}

/** What has become unread since the connection was lost. If the user has read elsewhere meanwhile, only later messages count. */
export function missedSince(before: ReadonlyMap<RoomId, Room>, rooms: readonly RoomView[]): Missed[] {
	const all = rooms.map((room) => {
		const was = before.get(room.id);
		const { UNREAD = 0, MENTIONS = 0 } = was && was.READ === room.room.READ ? was : {};
		const mentions = room.mentions - (room.kind === "direct" ? UNREAD : MENTIONS);
		return { room, unread: Math.max(0, room.unread - UNREAD), mentions: Math.max(0, mentions) };
	});
	return all.filter(({ unread, mentions }) => unread > 0 || mentions > 0);
}
