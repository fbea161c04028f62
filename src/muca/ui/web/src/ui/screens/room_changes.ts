/** The changed settings of a room. */

import type { Room, RoomSettings } from "../../wire/words";

/** Only the differences; absent, false, 0 and empty are equal. */
export function changedSettings(room: Room, edited: RoomSettings): RoomSettings {
	const changes = Object.entries(edited)
		.map(([name, value]) => [name, typeof value === "string" ? value.trim() : value] as const)
		.filter(([name, value]) => (room[name as keyof RoomSettings] || null) !== (value || null));
	return Object.fromEntries(changes);
}

/** Whether the change may delete existing messages. */
export function deletesMore(room: Room, changes: RoomSettings): boolean {
	return (["KEEP_DAYS", "KEEP_EVENTS"] as const).some((bound) => {
		const wanted = changes[bound];
		return wanted ? wanted < (room[bound] || Number.POSITIVE_INFINITY) : false;
	});
}
