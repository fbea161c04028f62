/** How many reports wait for whoever looks after the server. The server tells nobody of them: they are asked for now and then. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Chat } from "../chat/chat";
import { rightsOnServer } from "../ui/screens/rights";

const EVERY_MS = 120_000;

const count = signal(0);
export const openReports: ReadonlySignal<number> = count;

/** The list of reports has just been read, or changed. */
export function setOpenReports(now: number): void {
	count.value = now;
}

/** From now on, while one is joined and may see reports. Gives what stops it. */
export function startWatchingReports(chat: Chat): () => void {
	const watches = computed(
		() => chat.link.value.is === "joined" && rightsOnServer(chat.me.value?.role ?? "guest").moderate,
	);
	const look = async () => {
		if (document.hidden) return;
		const answer = await chat.ask("REPORTS").catch(() => null); // the next look will tell
		if (answer && watches.peek()) count.value = answer.REPORTS.length;
	};
	return effect(() => {
		if (!watches.value) {
			count.value = 0;
			return;
		}
		void look();
		const timer = setInterval(look, EVERY_MS);
		document.addEventListener("visibilitychange", look);
		return () => {
			clearInterval(timer);
			document.removeEventListener("visibilitychange", look);
		};
	});
}
