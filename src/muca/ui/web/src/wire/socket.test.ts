// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { USUAL_LIMITS } from "./limits";
import { connectLine, type Line, type Socket, websocket } from "./socket";
import type { Joined, Push } from "./words";

const WELCOME = { SESSION: "one", SERVER: {}, LIMITS: USUAL_LIMITS } as Joined;

interface Fake extends Socket {
	sent: string[];
	isClosed: boolean;
}

let sockets: Fake[];
let pushes: Push[];
let line: Line;

function open(): Fake {
	const socket: Fake = {
		onopen: null,
		onmessage: null,
		onclose: null,
		sent: [],
		isClosed: false,
		send: (data) => socket.sent.push(data),
		close: () => {
			socket.isClosed = true;
		},
	};
	sockets.push(socket);
	return socket;
}

const newest = () => sockets.at(-1) as Fake;
const hear = (socket: Fake, frame: object) =>
	socket.onmessage?.(new MessageEvent("message", { data: JSON.stringify(frame) }));
const accept = (socket: Fake) => {
	socket.onopen?.(new Event("open"));
	hear(socket, { CMD: "ACK", TYPE: "OKAY", RE: "join", DATA: WELCOME });
};

beforeEach(() => {
	vi.useFakeTimers();
	sockets = [];
	pushes = [];
	line = connectLine(open, { joined: () => {}, pushed: (push) => pushes.push(push), changed: () => {} });
	line.start({ UID: "tony", UN: "Tony" });
	accept(newest());
});

afterEach(() => {
	line.leave();
	vi.useRealTimers();
});

it("wakes the link when it wants to be woken", () => {
	vi.advanceTimersByTime(USUAL_LIMITS.PING_SECONDS * 1000);
	expect(newest().sent.at(-1)).toBe('{"CMD":"PING"}');
	vi.advanceTimersByTime(USUAL_LIMITS.PING_SECONDS * 1000);
	expect(line.status.is).toBe("waiting");
	expect(newest().isClosed).toBe(true);
});

it("connects anew after a pause, and hears nothing more from the former connection", () => {
	const former = newest();
	former.onclose?.(new CloseEvent("close"));
	expect(line.status.is).toBe("waiting");
	vi.advanceTimersByTime(30_000);
	expect(sockets.length).toBeGreaterThan(1);
	accept(newest());
	hear(former, { CMD: "TYPING", ROOM: "lobby", UID: "mary" });
	hear(newest(), { CMD: "TYPING", ROOM: "lobby", UID: "zoe" });
	expect(pushes).toEqual([{ CMD: "TYPING", ROOM: "lobby", UID: "zoe" }]);
});

it("keeps the connection whose session is being taken over until that is done", () => {
	const former = newest();
	line.rename("Anton", () => {});
	expect(former.isClosed).toBe(false);
	hear(former, { CMD: "BYE", CODE: "replaced", TEXT: "", RESUME: false });
	accept(newest());
	expect(former.isClosed).toBe(true);
	expect(line.status.is).toBe("joined");
});

it("tries at once when the browser is online again", () => {
	newest().onclose?.(new CloseEvent("close"));
	dispatchEvent(new Event("online"));
	expect(line.status.is).toBe("connecting");
});

it("looks after the connection when the page is seen again", () => {
	document.dispatchEvent(new Event("visibilitychange"));
	expect(newest().sent.at(-1)).toBe('{"CMD":"PING"}');
});

it("says goodbye", () => {
	line.leave();
	expect(newest().sent.at(-1)).toBe('{"CMD":"LEAVE"}');
	expect(newest().isClosed).toBe(true);
	vi.advanceTimersByTime(100_000);
	expect(sockets).toHaveLength(1);
});

it("finds the server where the page comes from", () => {
	const urls: string[] = [];
	vi.stubGlobal(
		"WebSocket",
		class {
			constructor(url: string) {
				urls.push(url);
			}
		},
	);
	websocket();
	vi.unstubAllGlobals();
	expect(urls).toEqual([new URL("websocket", document.baseURI).href.replace("http", "ws")]);
});
