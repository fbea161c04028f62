import { describe, expect, it } from "vitest";
import type { MessageView } from "../chat/chat";
import { messageView, roomView } from "../testing/samples";
import type { RoomKind } from "../wire/words";
import { isWanted, type Level, readWishes, USUAL, type Wishes, wantedOf, withRoom } from "./rules";

const room = (kind: RoomKind) => roomView({ KIND: kind }, { id: "r-1" });
const said = (message: Partial<MessageView> = {}, kind: RoomKind = "named") => ({
	is: "new" as const,
	message: messageView(message),
	room: room(kind),
});
const wishes = (level: Level, rooms: Wishes["rooms"] = {}): Wishes => ({ ...USUAL, level, rooms });

describe("isWanted", () => {
	it.each([
		["off", "direct", true, false],
		["mentions", "named", false, false],
		["mentions", "named", true, true],
		["mentions", "direct", false, true],
		["mentions", "group", false, false],
		["all", "lobby", false, true],
	] as const)("level %s, %s room, mention %s: %s", (level, kind, mentionsMe, wanted) => {
		expect(isWanted(wishes(level), said({ mentionsMe }, kind))).toBe(wanted);
	});

	it("takes the room's own level before the general one", () => {
		expect(isWanted(wishes("all", { "r-1": "off" }), said({ mentionsMe: true }))).toBe(false);
		expect(isWanted(wishes("off", { "r-1": "all" }), said())).toBe(true);
		expect(isWanted(wishes("off", { "r-2": "all" }), said())).toBe(false);
	});

	it.each(["own", "ignored", "deleted"] as const)("is never told of what is %s", (what) => {
		expect(isWanted(wishes("all"), said({ [what]: true }, "direct"))).toBe(false);
	});

	it("tells of an edit if it is the edit that mentions", () => {
		expect(isWanted(wishes("all"), { ...said(), is: "edited" })).toBe(false);
		expect(isWanted(wishes("mentions"), { ...said({ mentionsMe: true }), is: "edited" })).toBe(true);
	});
});

describe("wantedOf", () => {
	it.each([
		["off", 0],
		["mentions", 2],
		["all", 5],
	] as const)("level %s: %d of what was missed", (level, wanted) => {
		expect(wantedOf(wishes(level), { room: room("named"), unread: 5, mentions: 2 })).toBe(wanted);
		expect(wantedOf(wishes("off", { "r-1": level }), { room: room("named"), unread: 5, mentions: 2 })).toBe(wanted);
	});
});

describe("withRoom", () => {
	it("sets and takes back", () => {
		const set = withRoom(USUAL, "r-1", "all");
		expect(set.rooms).toEqual({ "r-1": "all" });
		expect(withRoom(set, "r-1", null)).toEqual(USUAL);
	});
});

describe("readWishes", () => {
	it("gives back what was kept", () => {
		const kept: Wishes = { level: "all", rooms: { lobby: "off" }, sound: true };
		expect(readWishes(JSON.stringify(kept))).toEqual(kept);
	});

	it.each([null, "", "{", "null", "[]", '{"level":"loud","rooms":{"lobby":3},"sound":1}'])(
		"makes the usual of %j",
		(kept) => {
			expect(readWishes(kept)).toEqual(USUAL);
		},
	);
});
