/** What prevents the user from writing in a room, and for how long. The server decides; this shows it in advance. */

import type { Me, RoomView, Row } from "../../chat/chat";
import { powerIn, rightsIn } from "../screens/rights";

export type Obstacle =
	| { is: "archived" | "removed" | "notEntered" | "guestsNotAllowed" | "readOnly" }
	/** Infinity: until it is lifted. */
	| { is: "muted"; until: number };

type Myself = Pick<Me, "uid" | "role">;

export function obstacleIn({ room, mutedUntil }: RoomView, me: Myself, nowMs: number): Obstacle | null {
	if (room.ARCHIVED) return { is: "archived" };
	if (room.ENTERED === false && room.PRIVATE) return { is: "removed" };
	if (room.ENTERED === false) return { is: rightsIn(room, me.role).enter ? "notEntered" : "guestsNotAllowed" };
	if (room.READ_ONLY && !moderates(room, me)) return { is: "readOnly" };
	return mutedUntil > nowMs ? { is: "muted", until: mutedUntil } : null;
}

/** When a slow room accepts the user's next message (UTC ms); 0 if it is not slow for the user. */
export function freeAgainAt({ room }: RoomView, rows: readonly Row[], me: Myself): number {
	if (!room.SLOW_SECONDS || moderates(room, me)) return 0;
	const last = rows.findLast((row) => row.is === "message" && row.message.own && row.message.delivery.is !== "failed");
	return last?.is === "message" ? last.message.ts + room.SLOW_SECONDS * 1000 : 0;
}

function moderates(room: RoomView["room"], me: Myself): boolean {
	const power = powerIn(room, me.role);
	return power === "owner" || power === "moderator";
}
