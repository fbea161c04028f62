/** The notification settings in this browser, and its permission. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { keepText, keptText } from "../keeping";
import type { RoomId } from "../wire/words";
import { type Level, readWishes, type Wishes, withRoom } from "./rules";

const KEPT = "muca.notifications";

const kept = signal<Wishes>(readWishes(keptText(KEPT)));
export const wishes: ReadonlySignal<Wishes> = kept;

function keep(changed: Wishes): void {
	kept.value = changed;
	keepText(KEPT, JSON.stringify(changed));
}

export const setLevel = (level: Level): void => keep({ ...kept.value, level });
export const setRoomLevel = (room: RoomId, level: Level | null): void => keep(withRoom(kept.value, room, level));
export const setSound = (sound: boolean): void => keep({ ...kept.value, sound });

/** `insecure`: browsers only show notifications of HTTPS pages. `absent`: this browser does not support them. */
type Permission = NotificationPermission | "insecure" | "absent";

const given = signal<Permission>(permissionNow());
export const permission: ReadonlySignal<Permission> = given;

/** Ask the browser for permission, only after a click. */
export async function askPermission(): Promise<void> {
	await Notification.requestPermission();
	given.value = permissionNow();
}

function permissionNow(): Permission {
	if (!window.isSecureContext) return "insecure";
	return "Notification" in window ? Notification.permission : "absent";
}
