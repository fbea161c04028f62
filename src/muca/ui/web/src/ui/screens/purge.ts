/** Deleting all that somebody has written, in one room or wherever one may. The server deletes a few messages at a time. */

import { type Chat, Refusal } from "../../chat/chat";
import type { RoomId, Uid } from "../../wire/words";
import { rightsIn } from "./rights";

/** The rooms of one's own list in which one may delete what others wrote. */
export function purgedRooms(chat: Chat): RoomId[] {
	const onServer = chat.me.value?.role ?? "guest";
	return chat.rooms.value.filter(({ room }) => rightsIn(room, onServer).purge).map(({ id }) => id);
}

/** What one may not do in one of several rooms, as the person has a higher role there, does not keep the others from being done. */
const PASSED_OVER = new Set(["not_allowed", "no_such_room", "room_archived"]);

/**
 * `rooms`: one, or several; of several, those in which it is not allowed are left out.
 * `progress`: is told each time how many messages were deleted since the last time; they stay deleted if it fails then.
 */
export async function purge(
	chat: Chat,
	uid: Uid,
	rooms: readonly RoomId[],
	progress: (deleted: number) => void,
	signal: AbortSignal,
): Promise<void> {
	for (const room of rooms) {
		try {
			for (let more = !signal.aborted; more; ) {
				const { DELETED, MORE } = await chat.ask("PURGE", { ROOM: room, UID: uid });
				if (DELETED > 0) progress(DELETED);
				more = MORE && !signal.aborted;
			}
		} catch (error) {
			if (rooms.length === 1 || !(error instanceof Refusal && PASSED_OVER.has(error.code))) throw error;
		}
	}
}
