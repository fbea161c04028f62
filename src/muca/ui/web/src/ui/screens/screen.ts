/** The screen that is open above the conversation. The native dialog closes with Esc. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Room, RoomId, Seq, Uid } from "../../wire/words";

export type SettingsPage = "you" | "look" | "notifications" | "account" | "devices" | "data";
export type RoomPage = "about" | "members" | "settings" | "reports" | "bans" | "log";
export type ServerPage = "people" | "reports" | "bans" | "invitations" | "rooms" | "log" | "numbers";

export type Screen =
	/** Jump to rooms, people, commands and dates. */
	| { is: "palette" }
	| { is: "search"; query?: string }
	/** Browse rooms. */
	| { is: "rooms" }
	| { is: "create" }
	/** Choose people to write to. */
	| { is: "write" }
	| { is: "room"; room: RoomId; page?: RoomPage /** Any room of the directory. */; found?: Room }
	/** Invite people to a room. */
	| { is: "invite"; room: RoomId }
	| { is: "person"; uid: Uid; room?: RoomId }
	/** Report a message to the moderators. */
	| { is: "report"; room: RoomId; seq: Seq }
	| { is: "settings"; page?: SettingsPage }
	/** For owners and moderators of the server. */
	| { is: "server"; page?: ServerPage }
	/** Share the address of the page. */
	| { is: "share" }
	| { is: "keys" }
	/** Help on formatting. */
	| { is: "formatting" };

const shown = signal<Screen | null>(null);
export const screen: ReadonlySignal<Screen | null> = shown;

export function openScreen(wanted: Screen): void {
	shown.value = wanted;
}

export function closeScreen(): void {
	shown.value = null;
}
