/** System notifications of this page. One with the same tag replaces the previous one. */

import { formatRoute, go, type RoomRoute } from "../ui/route";

const ICON = "icon-192.png";

/** Without a service worker, only the page that has shown notifications can close them. */
const own = new Map<string, Notification>();

export async function show(tag: string, title: string, body: string, to: RoomRoute): Promise<void> {
	const options = { body, icon: ICON, tag, data: formatRoute(to) };
	const worker = await navigator.serviceWorker?.getRegistration();
	if (worker) return worker.showNotification(title, options); // the only way on phones; worker.ts handles the click
	const notification = new Notification(title, options);
	own.set(tag, notification);
	notification.onclick = () => {
		notification.close();
		window.focus();
		go(to);
	};
	notification.onclose = () => own.get(tag) === notification && own.delete(tag);
}

/** Close the notifications for which `which` is true. */
export async function close(which: (tag: string) => boolean): Promise<void> {
	const worker = await navigator.serviceWorker?.getRegistration();
	const shown = worker ? await worker.getNotifications() : own.values();
	for (const notification of shown) if (which(notification.tag)) notification.close();
}
