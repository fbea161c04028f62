/** Which rooms of a part of the list are shown: few, so that the parts below are in view, and none that one has to see. */

import type { RoomView } from "../../chat/chat";

const FEW = 8;

export function fewOf(rooms: readonly RoomView[], current: string | null): RoomView[] {
	return rooms.filter(({ id, unread }, index) => index < FEW || unread > 0 || id === current);
}
