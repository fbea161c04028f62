/** The page's side of the service worker. */

import { go, parseRoute } from "../ui/route";

/** Have the page kept for when the server is away. Browsers allow it over HTTPS and on this machine only. */
export function startWorker(): void {
	if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
	navigator.serviceWorker.addEventListener("message", (event: MessageEvent<{ go?: string }>) => {
		if (event.data.go) go(parseRoute(event.data.go));
	});
	// Where it fails (a browser that forbids it), the page works without.
	navigator.serviceWorker.register("./worker.js").catch(console.info);
}

/** Load the page anew, as the server has it now. */
export async function reloadPage(): Promise<void> {
	const registration = await navigator.serviceWorker?.getRegistration();
	// Offline there is nothing newer to be had, and the reload shows what is kept.
	await registration?.update().catch(() => undefined);
	const next = registration?.waiting ?? registration?.installing;
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
