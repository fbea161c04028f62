/** Which screen is open above the conversation, and the way to open one. Esc and the browser's own dialog close it. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Room, RoomId, Seq, Uid } from "../../wire/words";

export type SettingsPage = "you" | "look" | "notifications" | "account" | "devices" | "data";
export type RoomPage = "about" | "members" | "settings" | "reports" | "bans" | "log";
export type ServerPage = "people" | "reports" | "bans" | "invitations" | "rooms" | "log" | "numbers";

export type Screen =
	/** Jump to rooms, people, commands and dates. */
	| { is: "palette" }
	| { is: "search"; query?: string }
	/** The rooms there are, to enter. */
	| { is: "rooms" }
	| { is: "create" }
	/** Choose people to write to. */
	| { is: "write" }
	| { is: "room"; room: RoomId; page?: RoomPage /** From the directory: one need not be in it. */; found?: Room }
	/** Take people into a room. */
	| { is: "invite"; room: RoomId }
	| { is: "person"; uid: Uid; room?: RoomId }
	/** Bring a message before the moderators. */
	| { is: "report"; room: RoomId; seq: Seq }
	| { is: "settings"; page?: SettingsPage }
	/** For owners and moderators of the server. */
	| { is: "server"; page?: ServerPage }
	/** The address of the page, for others. */
	| { is: "share" }
	| { is: "keys" }
	/** How to write bold words, lists, code. */
	| { is: "formatting" };

const shown = signal<Screen | null>(null);
export const screen: ReadonlySignal<Screen | null> = shown;

export function openScreen(wanted: Screen): void {
	shown.value = wanted;
}

export function closeScreen(): void {
	shown.value = null;
}
