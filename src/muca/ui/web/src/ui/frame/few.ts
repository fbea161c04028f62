/** Selects the rooms to show in a section of the list: few, so that the sections below are visible, but all that need attention. */

import type { RoomView } from "../../chat/chat";

const FEW = 8;

export function fewOf(rooms: readonly RoomView[], current: string | null): RoomView[] {
	return rooms.filter(({ id, unread }, index) => index < FEW || unread > 0 || id === current);
}
