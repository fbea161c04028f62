/** Deletes everything that a person has written, in one room or in all permitted ones. The server deletes a few messages at a time. */

import { type Chat, Refusal } from "../../chat/chat";
import type { RoomId, Uid } from "../../wire/words";
import { rightsIn } from "./rights";

/** The user's rooms in which the user may delete other people's messages. */
export function purgedRooms(chat: Chat): RoomId[] {
	const onServer = chat.me.value?.role ?? "guest";
	return chat.rooms.value.filter(({ room }) => rightsIn(room, onServer).purge).map(({ id }) => id);
}

/** Errors that skip one of several rooms, for example because the person has a higher role there. */
const PASSED_OVER = new Set(["not_allowed", "no_such_room", "room_archived"]);

/**
 * `rooms`: if there are several, those in which it is not allowed are skipped.
 * `progress`: called with the number of messages deleted since the last call; they stay deleted if it fails later.
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
