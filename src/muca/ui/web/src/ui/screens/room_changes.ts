/** What of a room's settings was changed. */

import type { Room, RoomSettings } from "../../wire/words";

/** Only what is different; absent, false, 0 and empty are the same. */
export function changedSettings(room: Room, edited: RoomSettings): RoomSettings {
	const changes = Object.entries(edited)
		.map(([name, value]) => [name, typeof value === "string" ? value.trim() : value] as const)
		.filter(([name, value]) => (room[name as keyof RoomSettings] || null) !== (value || null));
	return Object.fromEntries(changes);
}

/** Whether messages that are there now may go with it. */
export function deletesMore(room: Room, changes: RoomSettings): boolean {
	return (["KEEP_DAYS", "KEEP_EVENTS"] as const).some((bound) => {
		const wanted = changes[bound];
		return wanted ? wanted < (room[bound] || Number.POSITIVE_INFINITY) : false;
	});
}
