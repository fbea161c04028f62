/** Why one cannot write here, in place of the field; or for how long one has to wait. */

import type { Conversation, RoomView } from "../../chat/chat";
import { dateAndTime, text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { useNow } from "../parts/clock";
import { ArchiveIcon, DoorIcon, type Icon, LockIcon, MuteIcon } from "../parts/icons";
import { toastError } from "../parts/toast";
import { roomOf } from "../room_of";
import { powerIn, rightsIn } from "../screens/rights";

interface Obstacle {
	icon: Icon;
	words: string;
	/** What helps. */
	action?: { label: string; onPick: () => void };
}

export function useObstacle(conversation: Conversation): Obstacle | null {
	const chat = useChat();
	const words = text.value.conversation.obstacles;
	const room = roomOf(conversation, chat);
	const me = chat.me.value;
	if (!room || !me) return null;
	const { ARCHIVED, READ_ONLY, ENTERED } = room.room;
	if (ARCHIVED) return { icon: ArchiveIcon, words: words.archived };
	if (ENTERED === false) {
		const enter = { label: words.enter, onPick: () => void chat.ask("ENTER", { ROOM: room.id }).catch(toastError) };
		const may = rightsIn(room.room, me.role).enter;
		return { icon: DoorIcon, words: may ? words.notEntered : words.guestsNotAllowed, ...(may && { action: enter }) };
	}
	if (READ_ONLY && !moderates(room, me.role)) return { icon: LockIcon, words: words.readOnly };
	const until = mutedUntil(conversation, me.uid);
	if (until === null) return null;
	return { icon: MuteIcon, words: until === Infinity ? words.muted : words.mutedUntil(dateAndTime(until)) };
}

export function ObstacleLine({ obstacle: { icon: Drawing, words, action } }: { obstacle: Obstacle }) {
	return (
		<div class="obstacle" role="note">
			<Drawing />
			<p>{words}</p>
			{action && (
				<Button look="accent" onClick={action.onPick}>
					{action.label}
				</Button>
			)}
		</div>
	);
}

/** Seconds until the room takes the next message of a member, 0 where it does now. */
export function useSlowSeconds(conversation: Conversation): number {
	const chat = useChat();
	const room = roomOf(conversation, chat);
	const me = chat.me.value;
	const slow = room?.room.SLOW_SECONDS ?? 0;
	const applies = slow > 0 && room !== null && me !== null && !moderates(room, me.role);
	const last = applies ? conversation.rows.value.findLast((row) => row.is === "message" && row.message.own) : undefined;
	const free = last?.is === "message" ? last.message.ts + slow * 1000 : 0;
	const now = useNow(free > Date.now() ? 500 : null);
	return Math.max(0, Math.ceil((free - now) / 1000));
}

function moderates(room: RoomView, onServer: Parameters<typeof powerIn>[1]): boolean {
	const power = powerIn(room.room, onServer);
	return power === "owner" || power === "moderator";
}

/** By what the log says; a mute from before it shows when something is sent. */
function mutedUntil({ rows }: Conversation, me: string): number | null {
	const last = rows.value.findLast(
		(row) => row.is === "notice" && row.event.UID === me && (row.event.KIND === "mute" || row.event.KIND === "unmute"),
	);
	if (last?.is !== "notice" || last.event.KIND === "unmute") return null;
	const until = last.event.UNTIL ?? Infinity;
	return until > Date.now() ? until : null;
}
