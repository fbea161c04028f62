/** The notifications of this page that the system shows. Those with the same tag are one. */

import { formatRoute, go, type RoomRoute } from "../ui/route";

const ICON = "icon-192.png";

/** Without a service worker, only the page that showed them can take them away. */
const own = new Map<string, Notification>();

export async function show(tag: string, title: string, body: string, to: RoomRoute): Promise<void> {
	const options = { body, icon: ICON, tag, data: formatRoute(to) };
	const worker = await navigator.serviceWorker?.getRegistration();
	if (worker) return worker.showNotification(title, options); // phones know no other way; worker.ts hears the click
	const notification = new Notification(title, options);
	own.set(tag, notification);
	notification.onclick = () => {
		notification.close();
		window.focus();
		go(to);
	};
	notification.onclose = () => own.get(tag) === notification && own.delete(tag);
}

/** Take away those that `which` is true of. */
export async function close(which: (tag: string) => boolean): Promise<void> {
	const worker = await navigator.serviceWorker?.getRegistration();
	const shown = worker ? await worker.getNotifications() : own.values();
	for (const notification of shown) if (which(notification.tag)) notification.close();
}
