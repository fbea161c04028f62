/** The environment of the demo (`?demo` in development): a simulated server with people who keep talking. */

import { HttpFailure, http } from "../wire/http";
import { random } from "../wire/random";
import type { FileInfo, Uid } from "../wire/words";
import { openCache } from "./cache";
import type { World } from "./create";
import { fillRooms, LONG_ROOM, PEOPLE } from "./demo_rooms";
import { FakeFailure, FakeServer } from "./fake_server";
import { openShelf } from "./shelf";

const LATENCY_MS = 60;
const TALK_EVERY_MS = 9_000;

export function demoWorld(): World {
	const server = new FakeServer(LATENCY_MS);
	const urls = new Map<string, string>();
	fillRooms(server, (file, draw) => urls.set(file, draw()));
	server.onRequest = (fields) => {
		if (fields.CMD === "JOIN") letIn(server, String(fields.UID), String(fields.UN));
		if (fields.MSG === "/fail") throw new FakeFailure("muted", "You are muted here until tomorrow.");
		if (fields.MSG === "/break") server.breakAll();
		if (fields.MSG === "/down") goDown(server);
	};
	setInterval(() => talk(server), TALK_EVERY_MS);
	const url = ({ FILE }: FileInfo) => urls.get(FILE) ?? "";
	return {
		shelf: openShelf,
		cache: openCache,
		open: () => server.connect(),
		http: {
			...http,
			server: async () => ({ ID: server.id, NAME: "Demo", VERSION: "0", POLICY: "open", PAGE: "demo" }),
			authorize: async () => {},
			upload: (file, _, progress) => upload(server, urls, file, progress),
			fileUrl: url,
			thumbnailUrl: url,
		},
	};
}

/** Add the user to the demo's conversations, as moderator. */
function letIn(server: FakeServer, uid: Uid, nickname: string): void {
	if (server.people.has(uid)) return;
	server.people.set(uid, { uid, nickname, presence: "gone", seen: 0 });
	for (const { about, members } of server.rooms.values()) {
		if (about.KIND === "named" && !about.TITLE?.startsWith("Not ")) members.add(uid);
		if (about.KIND !== "direct" && about.KIND !== "group") about.ROLE = "moderator";
	}
	const direct = server.conversation([uid, "mary@lab"]);
	server.say(direct, uid, "Shall we have lunch?", { TS: Date.now() - 7_200_000 });
	server.say(direct, "mary@lab", "Yes! At one?", { TS: Date.now() - 7_100_000 });
	server.say(direct, "mary@lab", "The usual place 🍜", { TS: Date.now() - 7_000_000 });
	const group = server.conversation([uid, "mary@lab", "zoe@lab", "henry@lab"]);
	server.say(group, "henry@lab", `The three of you: who takes the minutes? @${nickname}?`, {
		TS: Date.now() - 90_000_000,
	});
	for (const room of server.rooms.values()) {
		if (room.id !== direct.id) room.read.set(uid, Math.max(0, room.log.length - (room.id === "lobby" ? 6 : 0)));
	}
}

let said = 0;

/** Somebody types, then writes a message; sometimes somebody leaves or joins. */
function talk(server: FakeServer): void {
	const rooms = [...server.rooms.values()].filter(({ id, members }) => id === "lobby" || members.size > 1);
	const room = rooms[said % 3 === 0 ? said % rooms.length : 0];
	const people = PEOPLE.filter(
		({ uid, presence }) => presence === "here" && (room?.id === "lobby" || room?.members.has(uid)),
	);
	const person = people[said % people.length];
	said += 1;
	if (!room || !person || room.id === LONG_ROOM || server.sessions.size === 0) return;
	server.tell(room, { CMD: "TYPING", ROOM: room.id, UID: person.uid });
	setTimeout(() => server.say(room, person.uid, LINES[said % LINES.length] ?? ""), 2_500);
	if (said % 4 === 0) server.set("henry@lab", "Henry", said % 8 === 0 ? "here" : "away");
}

const LINES = [
	"The coffee machine works again.",
	"Has anyone seen the blue folder?",
	"@room the talk begins in ten minutes",
	"`make test` is green here",
	"😀",
	"I will look at it after lunch, it should not take long.",
];

function goDown(server: FakeServer): void {
	server.isDown = true;
	server.breakAll();
	setTimeout(() => {
		server.isDown = false;
	}, 20_000);
}

/** Takes two seconds, whatever the size. */
function upload(server: FakeServer, urls: Map<string, string>, file: File, progress: (share: number) => void) {
	let cancel = (): void => {};
	const done = new Promise<FileInfo>((resolve, reject) => {
		let share = 0;
		const timer = setInterval(() => {
			share += 0.1;
			progress(Math.min(1, share));
			if (share < 1) return;
			clearInterval(timer);
			const isImage = file.type.startsWith("image/");
			const info = { FILE: `f-${random(8)}`, NAME: file.name, TYPE: file.type, BYTES: file.size };
			const whole = isImage ? { ...info, WIDTH: 640, HEIGHT: 400, THUMBNAIL: true } : info;
			urls.set(info.FILE, URL.createObjectURL(file));
			server.files.set(info.FILE, whole);
			resolve(whole);
		}, 200);
		cancel = () => {
			clearInterval(timer);
			reject(new HttpFailure("cancelled", ""));
		};
	});
	return { done, cancel: () => cancel() };
}
