/**
 * The service worker: opens the page without the server, and never uses stale code with a newer server.
 *
 * Each build of the page is cached completely, in its own cache. `index.html` comes from the server if it answers soon. It
 * refers to files with hashed names, so code of different builds never mixes. Live routes (`/server`, `/websocket`,
 * `/session`, `/files`) are not handled or cached.
 */

import type { FetchEvent, LifecycleEvent, NotificationEvent, WorkerMessage, WorkerScope } from "./scope";

/** Set by the build: the files of the page, and a hash of their names. */
declare const PAGE_FILES: string[];
declare const PAGE_HASH: string;

/** Time to wait for the server before the cached page is shown. It shows a banner if it is outdated (`Chat.outdated`). */
const PATIENCE_MS = 3_000;
const INDEX = "./";

const worker = self as unknown as WorkerScope;
/** Pages of several servers at different paths of one host share the cache storage. */
const CACHES = `muca-page ${new URL(worker.registration.scope).pathname} `;
const CACHE = `${CACHES}${PAGE_HASH}`;

worker.addEventListener("install", (event: LifecycleEvent) => {
	event.waitUntil(
		caches
			.open(CACHE)
			.then((cache) => cache.addAll([INDEX, ...PAGE_FILES].map((url) => new Request(url, { cache: "no-cache" })))),
	);
});

worker.addEventListener("activate", (event: LifecycleEvent) => {
	event.waitUntil(removeOldCaches().then(() => worker.clients.claim()));
});

/** The page is about to be reloaded (see update.ts), so the next worker need not wait until all windows are closed. */
worker.addEventListener("message", (event: WorkerMessage) => {
	if (event.data === "activate") event.waitUntil(worker.skipWaiting());
});

worker.addEventListener("fetch", (event: FetchEvent) => {
	const url = new URL(event.request.url);
	const path = url.pathname.slice(new URL(worker.registration.scope).pathname.length);
	if (event.request.method !== "GET" || url.origin !== location.origin) return;
	if (event.request.mode === "navigate") {
		if (path === "" || path === "index.html") event.respondWith(freshIndex(event.request));
	} else if (PAGE_FILES.includes(path)) {
		const cached = caches.match(event.request, { cacheName: CACHE });
		event.respondWith(cached.then((response) => response ?? fetch(event.request)));
	}
});

worker.addEventListener("notificationclick", (event: NotificationEvent) => {
	event.notification.close();
	event.waitUntil(show(event.notification.data));
});

async function removeOldCaches(): Promise<void> {
	const names = await caches.keys();
	await Promise.all(
		names.filter((name) => name.startsWith(CACHES) && name !== CACHE).map((name) => caches.delete(name)),
	);
}

async function freshIndex(request: Request): Promise<Response> {
	const fallback = await caches.match(INDEX, { cacheName: CACHE });
	const fresh = fetch(request);
	if (!fallback) return fresh;
	const patience = new Promise<Response>((resolve) => setTimeout(resolve, PATIENCE_MS, fallback));
	return Promise.race([fresh, patience]).catch(() => fallback);
}

/** Show a room, in an open window if there is one. */
async function show(hash: string): Promise<void> {
	const [window] = await worker.clients.matchAll({ type: "window" });
	if (!window) await worker.clients.openWindow(`./${hash}`);
	else {
		await window.focus();
		window.postMessage({ go: hash });
	}
}
