/** The service worker API that we use. TypeScript's own types for it cannot be combined with those for pages. */

export interface LifecycleEvent extends Event {
	waitUntil(done: Promise<unknown>): void;
}
export interface WorkerMessage extends LifecycleEvent {
	data: unknown;
}
export interface FetchEvent extends LifecycleEvent {
	readonly request: Request;
	respondWith(response: Promise<Response>): void;
}
export interface NotificationEvent extends LifecycleEvent {
	readonly notification: Notification;
}

interface OpenWindow {
	focus(): Promise<unknown>;
	postMessage(message: unknown): void;
}

export interface WorkerScope {
	readonly registration: ServiceWorkerRegistration;
	readonly clients: {
		claim(): Promise<void>;
		matchAll(options: { type: "window" }): Promise<readonly OpenWindow[]>;
		openWindow(url: string): Promise<unknown>;
	};
	skipWaiting(): Promise<void>;
	addEventListener(type: "install" | "activate", heard: (event: LifecycleEvent) => void): void;
	addEventListener(type: "message", heard: (event: WorkerMessage) => void): void;
	addEventListener(type: "fetch", heard: (event: FetchEvent) => void): void;
	addEventListener(type: "notificationclick", heard: (event: NotificationEvent) => void): void;
}
