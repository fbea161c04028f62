/** Keyboard shortcuts for the whole page; keys.tsx lists them. */

import type { Chat, RoomView } from "../../chat/chat";
import { go, roomRoute, route } from "../route";
import { openScreen, screen } from "./screen";

export function pressedAnywhere(event: KeyboardEvent, chat: Chat): void {
	if (event.defaultPrevented) return;
	const deed = meant(event, chat);
	if (!deed) return;
	event.preventDefault();
	deed();
}

function meant(event: KeyboardEvent, chat: Chat): (() => void) | null {
	const { key, shiftKey, altKey } = event;
	const control = (event.ctrlKey || event.metaKey) && !altKey;
	if (control && key.toLowerCase() === "k") return () => openScreen({ is: "palette" });
	if (control && shiftKey && key.toLowerCase() === "f") return () => openScreen({ is: "search" });
	if (control && key === ",") return () => openScreen({ is: "settings" });
	if (control || screen.value !== null) return null;
	if (altKey && !shiftKey && (key === "ArrowUp" || key === "ArrowDown"))
		return () => step(chat, key === "ArrowUp" ? -1 : 1);
	if (key === "?" && !altKey && !isWriting(event.target)) return () => openScreen({ is: "keys" });
	return null;
}

/** Go to the room above or below in the list, wrapping around at the ends. */
function step(chat: Chat, by: 1 | -1): void {
	const rooms = asListed(chat.rooms.value);
	const here = route.value.is === "room" ? route.value.room : "lobby";
	const next = rooms.at((rooms.findIndex(({ id }) => id === here) + by) % rooms.length);
	if (next) go(roomRoute(next.id));
}

/** The lobby, named rooms, conversations, in the order of the list of rooms. */
function asListed(rooms: readonly RoomView[]): RoomView[] {
	const part = ({ kind }: RoomView) => (kind === "lobby" ? 0 : kind === "named" ? 1 : 2);
	return rooms.toSorted((one, other) => part(one) - part(other));
}

const isWriting = (target: EventTarget | null): boolean =>
	target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
