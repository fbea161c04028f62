/** The page's side of the service worker. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Chat } from "../chat/chat";
import { go, parseRoute } from "../ui/route";

/** The code and styles that this window was loaded with, by their hashed names. */
const LOADED = Array.from(document.querySelectorAll("script[src], link[rel=stylesheet]"), (element) =>
	element.getAttribute(element instanceof HTMLScriptElement ? "src" : "href"),
);

const stale = signal(false);
/** This window shows a page that was kept in the browser, and the server has another by now. */
export const pageIsStale: ReadonlySignal<boolean> = stale;

/** Have the page kept for when the server is away. Browsers allow it over HTTPS and on this machine only. */
export function startWorker(chat: Chat): void {
	if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
	navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ go?: string }>) => {
		if (event.data.go) go(parseRoute(event.data.go));
	});
	// Where it fails (a browser that forbids it), the page works without.
	navigator.serviceWorker.register("./worker.js").catch(console.info);
	effect(() => {
		if (chat.link.value.is === "joined" && navigator.serviceWorker.controller) void compareWithServer();
	});
}

async function compareWithServer(): Promise<void> {
	const response = await fetch("./", { cache: "no-store" }).catch(() => null);
	if (!response?.ok) return; // it will be compared when the server is back
	const index = await response.text();
	stale.value = LOADED.some((name) => name !== null && !index.includes(name));
}

/** Load the page anew, as the server has it now. */
export async function reloadPage(): Promise<void> {
	const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined); // some browsers forbid it
	// Offline there is nothing newer to be had, and the reload shows what is kept.
	await registration?.update().catch(() => undefined);
	const next = registration?.installing ?? registration?.waiting;
	if (next) await activated(next);
	location.reload();
}

function activated(worker: ServiceWorker): Promise<void> {
	return new Promise((resolve) => {
		const look = () => {
			if (worker.state === "installed") worker.postMessage("activate");
			if (worker.state === "activated" || worker.state === "redundant") resolve();
		};
		worker.addEventListener("statechange", look);
		look();
	});
}
