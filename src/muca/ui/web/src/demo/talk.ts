/** What the people of the demo do while it runs. */

import type { FakeServer } from "../testing/server/server";
import { PEOPLE } from "./people";
import { LONG_ROOM } from "./rooms";

const LINES = [
	"The coffee machine works again.",
	"Has anyone seen the blue folder?",
	"@room the talk begins in ten minutes",
	"`make test` is green here",
	"😀",
	"I will look at it after lunch, it should not take long.",
];

let said = 0;

/** Somebody types, then writes a message; sometimes somebody leaves or joins. */
export function talk(server: FakeServer): void {
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
