/** Drives the link: the WebSocket, the clock, and events of the browser. */

import { type Answer, Link, type Login, type Outside, type Status } from "./link";
import { random } from "./random";

/** The part of WebSocket that is used. */
export interface Socket {
	onopen: ((event: Event) => void) | null;
	onmessage: ((event: MessageEvent<string>) => void) | null;
	onclose: ((event: CloseEvent) => void) | null;
	send(data: string): void;
	close(): void;
}

/** The link with its sockets. The methods are those of the link. */
export interface Line {
	readonly status: Status;
	start(login: Login, options?: Parameters<Link["start"]>[2]): void;
	leave(): void;
	retryNow(): void;
	rename(nickname: string, answered: (answer: Answer) => void): void;
	ask(
		fields: { CMD: string } & Record<string, unknown>,
		answered: (answer: Answer) => void,
		options?: { id?: string; lasting?: boolean },
	): void;
	say: Link["say"];
}

export const websocket = (): Socket =>
	new WebSocket(new URL("websocket", document.baseURI).href.replace(/^http/, "ws"));

export function connectLine(open: () => Socket, told: Pick<Outside, "joined" | "pushed" | "changed">): Line {
	const sockets = new Set<Socket>();
	let current: Socket | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;

	/** Call the link, then schedule its next `tick`. */
	const run = (what: (now: number) => void): void => {
		what(Date.now());
		clearTimeout(timer);
		if (link.wakeAt !== null) timer = setTimeout(() => run((now) => link.tick(now)), link.wakeAt - Date.now());
	};

	const deafen = (socket: Socket): void => {
		socket.onopen = socket.onmessage = socket.onclose = null;
	};

	const close = (socket: Socket): void => {
		sockets.delete(socket);
		deafen(socket);
		socket.close();
	};

	const link = new Link(
		{
			...told,
			connect() {
				if (current) deafen(current);
				const socket = open();
				current = socket;
				sockets.add(socket);
				socket.onopen = () => run((now) => link.opened(now));
				socket.onmessage = ({ data }) => run((now) => link.received(data, now));
				socket.onclose = () => {
					close(socket);
					run((now) => link.lost(now));
				};
			},
			write: (frame) => current?.send(frame),
			close() {
				for (const socket of [...sockets]) close(socket);
				current = null;
			},
			joined(data, login) {
				for (const socket of [...sockets]) if (socket !== current) close(socket);
				told.joined(data, login);
			},
		},
		random(12),
		Math.random,
	);

	addEventListener("online", () => run((now) => link.setOnline(true, now)));
	addEventListener("offline", () => run((now) => link.setOnline(false, now)));
	document.addEventListener("visibilitychange", () => {
		if (document.visibilityState === "visible") run((now) => link.retryNow(now));
	});

	return {
		get status() {
			return link.status;
		},
		start: (login, options) => run((now) => link.start(login, now, options)),
		leave: () => run(() => link.leave()),
		retryNow: () => run((now) => link.retryNow(now)),
		rename: (nickname, answered) => run((now) => link.rename(nickname, answered, now)),
		ask: (fields, answered, options) => run((now) => link.ask(fields, answered, now, options)),
		say: (fields) => link.say(fields),
	};
}
