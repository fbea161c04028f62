/** The number of open reports, for owners and moderators of the server. The server does not push them, so they are polled. */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Chat } from "../chat/chat";
import { rightsOnServer } from "../ui/screens/rights";

const EVERY_MS = 120_000;

const count = signal(0);
export const openReports: ReadonlySignal<number> = count;

/** Set the number after the list of reports was loaded or changed. */
export function setOpenReports(now: number): void {
	count.value = now;
}

/** Start polling, while joined and permitted. Returns a function to stop. */
export function startWatchingReports(chat: Chat): () => void {
	const watches = computed(
		() => chat.link.value.is === "joined" && rightsOnServer(chat.me.value?.role ?? "guest").moderate,
	);
	const look = async () => {
		if (document.hidden) return;
		const answer = await chat.ask("REPORTS").catch(() => null); // the next poll will tell
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
