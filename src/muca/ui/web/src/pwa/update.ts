/** The page's side of the service worker. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Chat } from "../chat/chat";
import { go, parseRoute } from "../ui/route";

/** The scripts and styles of this window, by their hashed names. */
const LOADED = Array.from(document.querySelectorAll("script[src], link[rel=stylesheet]"), (element) =>
	element.getAttribute(element instanceof HTMLScriptElement ? "src" : "href"),
);

const stale = signal(false);
/** Whether this window shows a cached page, and the server has another one now. */
export const pageIsStale: ReadonlySignal<boolean> = stale;

/** Cache the page for when the server is away. Browsers allow this only over HTTPS and on this machine. */
export function startWorker(chat: Chat): void {
	if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
	navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ go?: string }>) => {
		if (event.data.go) go(parseRoute(event.data.go));
	});
	// If it fails (a browser that forbids it), the page works without it.
	navigator.serviceWorker.register("./worker.js").catch(console.info);
	effect(() => {
		if (chat.link.value.is === "joined" && navigator.serviceWorker.controller) void compareWithServer();
	});
}

async function compareWithServer(): Promise<void> {
	const response = await fetch("./", { cache: "no-store" }).catch(() => null);
	if (!response?.ok) return; // they are compared when the server is back
	const index = await response.text();
	stale.value = LOADED.some((name) => name !== null && !index.includes(name));
}

/** Reload the page in the server's current version. */
export async function reloadPage(): Promise<void> {
	const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined); // some browsers forbid it
	// Offline there is nothing newer, and the reload shows the cached page.
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
