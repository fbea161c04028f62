/** Tells of what comes while nobody looks. */

import { effect, type ReadonlySignal } from "@preact/signals";
import type { Chat, MessageView, RoomView } from "../chat/chat";
import { text } from "../text";
import { roomName } from "../ui/names";
import { formatRoute, go, roomRoute } from "../ui/route";
import { pageTitle, showBadge } from "./badge";
import { startLooking } from "./looking";
import { isWanted } from "./rules";
import { playSound } from "./sound";
import { permission, wishes } from "./wishes";

const ICON = "icon-192.png";
const PREVIEW_CHARS = 200;

/** From now on; `where` is what the page shows, for its title. Gives what stops it. */
export function startNotifying(chat: Chat, where: ReadonlySignal<string | null>): () => void {
	const looking = startLooking(() => chat.me.value?.uid);
	const stops = [
		looking.stop,
		effect(() => {
			document.title = pageTitle(chat.mentions.value, where.value);
			// Without its icon the tab still has the title.
			showBadge(chat.mentions.value).catch(console.info);
		}),
		chat.onMessage(async (message, room) => {
			const uid = chat.me.value?.uid;
			if (uid === undefined || !isWanted(wishes.value, message, room) || (await looking.asks(uid))) return;
			if (wishes.value.sound) playSound();
			if (permission.value === "granted") void show(message, room);
		}),
	];
	return () => {
		for (const stop of stops) stop();
	};
}

async function show(message: MessageView, room: RoomView): Promise<void> {
	const words = text.value.screens.notify;
	const title = room.kind === "direct" ? message.nickname : words.title(message.nickname, roomName(room));
	const to = roomRoute(room.id, { seq: message.seq });
	const options = {
		body: message.text.slice(0, PREVIEW_CHARS) || words.files(message.files.length),
		icon: ICON,
		tag: `${room.id}/${message.seq}`, // two windows of the page make one notification
		data: formatRoute(to),
	};
	const worker = await navigator.serviceWorker?.getRegistration();
	if (worker) return worker.showNotification(title, options); // phones know no other way; worker.ts hears the click
	const notification = new Notification(title, options);
	notification.onclick = () => {
		notification.close();
		window.focus();
		go(to);
	};
}
