import { expect, test } from "vitest";
import type { Row } from "../../chat/chat";
import { messageView, roomView } from "../../testing/samples";
import type { Role, Room } from "../../wire/words";
import { freeAgainAt, obstacleIn } from "./obstacles";

const NOW = 1_000_000;
const me = (role: Role = "member") => ({ uid: "me", role });
const obstacle = (room: Partial<Room>, role: Role = "member", mutedUntil = 0) =>
	obstacleIn(roomView(room, { mutedUntil }), me(role), NOW);

test.each<[Partial<Room>, Role, string]>([
	[{ ARCHIVED: true, ROLE: "owner" }, "owner", "archived"],
	[{ ENTERED: false }, "member", "notEntered"],
	[{ ENTERED: false, PRIVATE: true }, "member", "removed"],
	[{ ENTERED: false }, "guest", "guestsNotAllowed"],
	[{ READ_ONLY: true }, "member", "readOnly"],
])("in %j a %s hears: %s", (room, role, is) => {
	expect(obstacle(room, role)).toEqual({ is });
});

test.each<[Partial<Room>, Role]>([
	[{}, "member"],
	[{ KIND: "lobby" }, "guest"],
	[{ READ_ONLY: true, ROLE: "moderator" }, "member"],
	[{ READ_ONLY: true }, "owner"],
])("in %j a %s writes", (room, role) => {
	expect(obstacle(room, role)).toBeNull();
});

test("a mute holds until its time, or until it is lifted", () => {
	expect(obstacle({}, "member", Infinity)).toEqual({ is: "muted", until: Infinity });
	expect(obstacle({}, "member", NOW + 1)).toEqual({ is: "muted", until: NOW + 1 });
	expect(obstacle({}, "member", NOW)).toBeNull();
});

const said = (ts: number, own: boolean, failed = false): Row => ({
	is: "message",
	key: String(ts),
	head: true,
	message: messageView({ ts, own, delivery: failed ? { is: "failed", text: "" } : { is: "stored" } }),
});

test("a slow room takes the next message some time after the last own one", () => {
	const rows = [said(100, true), said(200, false), said(300, true, true)];
	expect(freeAgainAt(roomView({ SLOW_SECONDS: 30 }), rows, me())).toBe(30_100);
	expect(freeAgainAt(roomView({ SLOW_SECONDS: 30 }), [], me())).toBe(0);
	expect(freeAgainAt(roomView({}), rows, me())).toBe(0);
	expect(freeAgainAt(roomView({ SLOW_SECONDS: 30, ROLE: "owner" }), rows, me())).toBe(0);
});
