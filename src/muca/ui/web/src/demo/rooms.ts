/** The earlier messages of the demo. */

import type { FakeRoom } from "../testing/server/room";
import type { FakeServer } from "../testing/server/server";
import type { Uid } from "../wire/words";
import type { DemoFiles } from "./files";
import { PEOPLE } from "./people";

export const LONG_ROOM = "r-long";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const CODE = `Here is the loop:

\`\`\`python
async def serve(port: int) -> None:
    """Serve until told otherwise, and close every connection that is still open by then, whatever the length of this line."""
    async with listen(port) as listener:
        async for connection in listener:
            spawn(answer(connection))
\`\`\`

It is *short*, and **does** what \`serve\` promises.`;

const TALK: [uid: Uid, text: string, minutes: number][] = [
	["mary@lab", "Good morning, everyone", 4_500],
	["zoe@lab", "Morning! Is the laser lab free today?", 4_498],
	["mary@lab", "Until noon.", 4_497],
	["mary@lab", "Then it is the first-years'.", 4_496],
	["henry@lab", CODE, 4_400],
	["kenji@lab", "おはようございます。今日の会議は何時からですか？", 3_100],
	["noor@lab", "صباح الخير! الاجتماع في الساعة العاشرة، أليس كذلك؟", 3_098],
	["cat@lab", "🎉", 3_095],
	["cat@lab", "👍🏽👍🏽", 3_094],
	["long@lab", "A name is a name.", 3_000],
	["zoe@lab", "@Mary do you have the slides? They should be at https://example.org/slides/2026/optics?page=2", 1_600],
	["mary@lab", "- two of them\n- the third is with @Henry\n\n> quoted, so that it is seen", 1_598],
	["old@v1", "hi from 1999", 1_400],
	["zoe@lab", "<script>alert('no')</script> <img src=x onerror=alert(1)> [click](javascript:alert(1))", 1_200],
	["mary@lab", "@room tea is ready, and cake", 300],
	["zoe@lab", "On my way", 290],
	["kenji@lab", `A long one. ${"It goes on and on, and says little that is new. ".repeat(24)}`, 280],
	["henry@lab", "averyveryverylongwordwithoutanyplacetobreakit".repeat(6), 200],
	["mary@lab", "Pictures of yesterday:", 30],
	["zoe@lab", "Beautiful!", 28],
];

export function fillRooms(server: FakeServer, files: DemoFiles): void {
	for (const each of PEOPLE) server.people.set(each.uid, each);
	const lobby = server.find("lobby", "mary@lab");
	const ago = (minutes: number) => ({ TS: Date.now() - minutes * 60_000 });
	for (const [uid, text, minutes] of TALK) server.say(lobby, uid, text, ago(minutes));
	decorate(server, lobby, files);
	fillNamed(server);
	fillLong(server);
}

function decorate(server: FakeServer, lobby: FakeRoom, files: DemoFiles): void {
	const TS = Date.now() - 20 * 60_000;
	const event = (uid: Uid, KIND: string, OF: number, more: object = {}) =>
		server.append(lobby, { CMD: "EVENT", KIND, TS, ...server.by(uid), OF, ...more });
	for (const { uid } of PEOPLE.slice(0, 6)) event(uid, "react", 15, { EMOJI: "🍰" });
	event("zoe@lab", "react", 15, { EMOJI: "❤️" });
	event("mary@lab", "react", 5, { EMOJI: "👀" });
	event("mary@lab", "pin", 5);
	event("mary@lab", "edit", 3, { MSG: "Until noon, I think." });
	event("old@v1", "delete", 13);
	server.append(lobby, { CMD: "EVENT", KIND: "mute", TS, ...server.by("mary@lab"), UID: "old@v1", MSG: "Too loud" });
	server.append(lobby, { CMD: "EVENT", KIND: "role", TS, ...server.by("mary@lab"), UID: "zoe@lab", ROLE: "moderator" });
	const picture = files.picture("f-hills", "hills at dawn.png", 1_200, 800);
	const tall = files.picture("f-tower", "tower.png", 500, 1_400);
	server.say(lobby, "mary@lab", "", { TS, FILES: [picture, tall] });
	const paper = {
		FILE: "f-paper",
		NAME: "a paper about light, and what it does – final (3).pdf",
		TYPE: "application/pdf",
		BYTES: 1_843_200,
	};
	server.say(lobby, "henry@lab", "And the paper.", { TS, FILES: [paper] });
	server.say(lobby, "zoe@lab", "The second one is my favourite", { TS, REPLY_TO: 34 });
	server.say(lobby, "mary@lab", "What was said of the laser lab still holds.", { TS, REPLY_TO: 3 });
}

function fillNamed(server: FakeServer): void {
	const optics = server.room({ ROOM: "r-optics", KIND: "named", TITLE: "Optics", TOPIC: "Light, and what it does" }, [
		"mary@lab",
		"zoe@lab",
	]);
	server.append(optics, { CMD: "EVENT", KIND: "create", TS: Date.now() - 5 * DAY_MS, ...server.by("mary@lab") });
	for (let hour = 40; hour > 3; hour -= 3) {
		server.say(optics, hour % 2 ? "mary@lab" : "zoe@lab", `Measured again: **${(600 + hour * 1.7).toFixed(1)} nm**`, {
			TS: Date.now() - hour * HOUR_MS,
		});
	}
	const quiet = server.room(
		{ ROOM: "r-news", KIND: "named", TITLE: "Announcements", READ_ONLY: true, TOPIC: "Only moderators write here" },
		["mary@lab"],
	);
	server.say(quiet, "mary@lab", "The building is closed on Friday.", { TS: Date.now() - 3 * DAY_MS });
	server.room({ ROOM: "r-empty", KIND: "named", TITLE: "Nothing yet", SLOW_SECONDS: 30 }, ["mary@lab"]);
	server.room({ ROOM: "r-secret", KIND: "named", TITLE: "Committee", PRIVATE: true }, ["mary@lab", "henry@lab"]);
	server.room({ ROOM: "r-else", KIND: "named", TITLE: "Not entered", TOPIC: "In the directory" }, ["kenji@lab"]);
	server.room({ ROOM: "r-old", KIND: "named", TITLE: "Archive of 2025", ARCHIVED: true }, ["mary@lab"]);
}

function fillLong(server: FakeServer): void {
	const long = server.room({ ROOM: LONG_ROOM, KIND: "named", TITLE: "100,000 messages", TOPIC: "Scroll" }, [
		"mary@lab",
		"zoe@lab",
	]);
	const begin = Date.now() - 100_000 * 60_000;
	for (let number = 1; number <= 100_000; number++) {
		const uid = number % 7 < 4 ? "mary@lab" : "zoe@lab";
		const text = `${number}${number % 5 === 0 ? `\n${"and more of it ".repeat(number % 13)}` : ""}`;
		long.append({ CMD: "MSG", TS: begin + number * 60_000, ...server.by(uid), MSG: text });
	}
}

/** Add the user to the demo's conversations, as moderator. */
export function letIn(server: FakeServer, uid: Uid, nickname: string): void {
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
