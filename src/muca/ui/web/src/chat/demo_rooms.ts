/** The earlier messages of the demo. */

import type { FileInfo, Uid } from "../wire/words";
import type { FakePerson, FakeRoom, FakeServer } from "./fake_server";

export const LONG_ROOM = "r-long";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const person = (uid: Uid, nickname: string, presence: FakePerson["presence"] = "here"): FakePerson => ({
	uid,
	nickname,
	presence,
	seen: Date.now() - (presence === "gone" ? 2 * DAY_MS : 0),
});

export const PEOPLE = [
	person("mary@lab", "Mary"),
	person("henry@lab", "Henry", "away"),
	person("zoe@lab", "Zoë"),
	person("long@lab", "Wolfeschlegelsteinhausenbergerdorff the Elder of Bad Königshofen"),
	person("noor@lab", "نور الدين"),
	person("kenji@lab", "山田 健二"),
	person("cat@lab", "🐈 cat"),
	person("gone@lab", "Gustav", "gone"),
	person("old@v1", "Old client"),
];

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

type Keep = (file: string, draw: () => string) => void;

export function fillRooms(server: FakeServer, keep: Keep): void {
	for (const each of PEOPLE) server.people.set(each.uid, each);
	const lobby = server.find("lobby", "mary@lab");
	const ago = (minutes: number) => ({ TS: Date.now() - minutes * 60_000 });
	for (const [uid, text, minutes] of TALK) server.say(lobby, uid, text, ago(minutes));
	decorate(server, lobby, keep);
	fillNamed(server);
	fillLong(server);
}

function decorate(server: FakeServer, lobby: FakeRoom, keep: Keep): void {
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
	const picture = file(keep, "f-hills", "hills at dawn.png", 1_200, 800);
	const tall = file(keep, "f-tower", "tower.png", 500, 1_400);
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

function file(keep: Keep, FILE: string, NAME: string, WIDTH: number, HEIGHT: number): FileInfo {
	keep(FILE, () => draw(WIDTH, HEIGHT));
	return { FILE, NAME, TYPE: "image/png", BYTES: 240_000, WIDTH, HEIGHT, THUMBNAIL: true };
}

/** A picture of hills, as a URL. */
function draw(width: number, height: number): string {
	const canvas = document.createElement("canvas");
	canvas.width = width;
	canvas.height = height;
	const context = canvas.getContext("2d");
	for (let y = 0; context && y < height; y += 4) {
		context.fillStyle = `hsl(${210 - (150 * y) / height} 60% ${80 - (50 * y) / height}%)`;
		context.fillRect(0, y, width, 4);
	}
	return canvas.toDataURL();
}
