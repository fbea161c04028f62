import { beforeEach, describe, expect, it, vi } from "vitest";

const PAGE = "https://chat.lan/muca/";
const FILES = ["assets/index-1.js"];

type Heard = (event: unknown) => void;

/** The world of a service worker: what it listens to, its caches, the server. */
async function start({ server }: { server: (url: string) => Promise<Response> }) {
	const heard = new Map<string, Heard>();
	const stored = new Map<string, Map<string, Response>>();
	const open = async (name: string) => {
		const cache = stored.get(name) ?? stored.set(name, new Map()).get(name);
		return {
			addAll: async (requests: Request[]) => {
				for (const { url } of requests) cache?.set(url, await server(url));
			},
		};
	};
	vi.stubGlobal("PAGE_FILES", FILES);
	vi.stubGlobal("PAGE_HASH", "now");
	vi.stubGlobal("location", new URL(PAGE));
	vi.stubGlobal(
		"Request",
		class {
			url: string;
			constructor(url: string) {
				this.url = new URL(url, PAGE).href;
			}
		},
	);
	vi.stubGlobal("fetch", ({ url }: { url: string }) => server(url));
	vi.stubGlobal("caches", {
		open,
		keys: async () => [...stored.keys()],
		delete: async (name: string) => stored.delete(name),
		match: async (wanted: string | { url: string }, { cacheName }: { cacheName: string }) =>
			stored.get(cacheName)?.get(new URL(typeof wanted === "string" ? wanted : wanted.url, PAGE).href),
	});
	const skipWaiting = vi.fn(async () => {});
	vi.stubGlobal("self", {
		registration: { scope: PAGE },
		clients: { claim: async () => {} },
		skipWaiting,
		addEventListener: (type: string, listener: Heard) => heard.set(type, listener),
	});
	vi.resetModules();
	await import("./worker");
	const lasting = async (type: string, more: object = {}) => {
		const waits: Promise<unknown>[] = [];
		heard.get(type)?.({ ...more, waitUntil: (done: Promise<unknown>) => waits.push(done) });
		await Promise.all(waits);
	};
	/** What the page gets; null: the worker leaves it to the browser. */
	const ask = async (path: string, request: object = {}): Promise<string | null> => {
		let answer: Promise<Response> | null = null;
		heard.get("fetch")?.({
			request: { url: new URL(path, PAGE).href, method: "GET", mode: "cors", ...request },
			respondWith: (response: Promise<Response>) => {
				answer = response;
			},
		});
		return answer === null ? null : (await (answer as Promise<Response>)).clone().text();
	};
	return { stored, lasting, ask, skipWaiting };
}

const navigate = { mode: "navigate" };
let answer: (url: string) => Promise<Response>;
const server = (url: string) => answer(url);

beforeEach(() => {
	answer = async (url) => new Response(`first ${url.slice(PAGE.length)}`);
	vi.useRealTimers();
});

describe("the page", () => {
	it("comes from the server while that answers, and from the cache when it is away", async () => {
		const { lasting, ask } = await start({ server });
		await lasting("install");
		answer = async () => new Response("newer");
		expect(await ask("", navigate)).toBe("newer");
		answer = async () => Promise.reject(new TypeError("no network"));
		expect(await ask("", navigate)).toBe("first ");
	});

	it("comes from the cache when the server takes too long", async () => {
		const { lasting, ask } = await start({ server });
		await lasting("install");
		answer = () => new Promise(() => {});
		vi.useFakeTimers({ toFake: ["setTimeout"] });
		const asked = ask("", navigate);
		await vi.advanceTimersByTimeAsync(3_000);
		expect(await asked).toBe("first ");
	});

	it("has its code from the cache, which cannot change", async () => {
		const { lasting, ask } = await start({ server });
		await lasting("install");
		answer = async () => new Response("other");
		expect(await ask("assets/index-1.js")).toBe("first assets/index-1.js");
	});
});

it.each([
	["server", {}],
	["session", { method: "POST" }],
	["files/f-1/a.png", {}],
	["files/f-1/a.html", navigate],
	["websocket", {}],
	["assets/data-1.json", {}],
	["https://elsewhere.example/", navigate],
])("has nothing to do with %s", async (path, request) => {
	const { lasting, ask } = await start({ server });
	await lasting("install");
	expect(await ask(path, request)).toBeNull();
});

it("removes what former builds have kept, and nothing of others", async () => {
	const { stored, lasting } = await start({ server });
	await lasting("install");
	const others = ["muca-page /other/ now", "muca-page / former", "somebody else's"];
	for (const name of ["muca-page /muca/ former", ...others]) stored.set(name, new Map());
	await lasting("activate");
	expect([...stored.keys()]).toEqual(["muca-page /muca/ now", ...others]);
});

it("takes over when the page is about to be loaded anew", async () => {
	const { lasting, skipWaiting } = await start({ server });
	await lasting("message", { data: "hello" });
	expect(skipWaiting).not.toHaveBeenCalled();
	await lasting("message", { data: "activate" });
	expect(skipWaiting).toHaveBeenCalled();
});
