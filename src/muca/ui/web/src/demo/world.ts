/** The environment of the demo (`?demo` in development): a simulated server with people who keep talking. */

import { browser, type World } from "../chat/world";
import { FakeFailure } from "../testing/server/failure";
import { FakeServer } from "../testing/server/server";
import { DemoFiles } from "./files";
import { fillRooms, letIn } from "./rooms";
import { talk } from "./talk";

const LATENCY_MS = 60;
const TALK_EVERY_MS = 9_000;

export function demoWorld(): World {
	const server = new FakeServer(LATENCY_MS);
	const files = new DemoFiles(server);
	fillRooms(server, files);
	server.onRequest = (fields) => {
		if (fields.CMD === "JOIN") letIn(server, String(fields.UID), String(fields.UN));
		if (fields.MSG === "/fail") throw new FakeFailure("muted", "You are muted here until tomorrow.");
		if (fields.MSG === "/break") server.breakAll();
		if (fields.MSG === "/down") goDown(server);
	};
	setInterval(() => talk(server), TALK_EVERY_MS);
	return {
		...browser,
		open: () => server.connect(),
		http: {
			...browser.http,
			server: async () => ({ ID: server.id, NAME: "Demo", VERSION: "0", POLICY: "open", PAGE: "demo" }),
			authorize: async () => {},
			upload: (file, _, progress) => files.upload(file, progress),
			fileUrl: (file) => files.url(file),
			thumbnailUrl: (file) => files.url(file),
		},
	};
}

function goDown(server: FakeServer): void {
	server.isDown = true;
	server.breakAll();
	setTimeout(() => {
		server.isDown = false;
	}, 20_000);
}
