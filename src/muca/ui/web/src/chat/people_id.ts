/** The id of a conversation with people, while there is no room yet: `to:uid,uid`. */

import type { RoomId, Uid } from "../wire/words";

const BEGIN = "to:";

/** The same for the same people in any order. */
export const peopleId = (uids: readonly Uid[]): RoomId => BEGIN + [...uids].sort().map(encodeURIComponent).join();

/** The people of such an id; null for a room's id. */
export const peopleOf = (id: RoomId): Uid[] | null =>
	id.startsWith(BEGIN) ? id.slice(BEGIN.length).split(",").filter(Boolean).map(decoded) : null;

function decoded(part: string): Uid {
	try {
		return decodeURIComponent(part);
	} catch {
		return part; // typed by hand
	}
}
