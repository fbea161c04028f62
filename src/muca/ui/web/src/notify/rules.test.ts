import { describe, expect, it } from "vitest";
import type { MessageView, RoomView } from "../chat/chat";
import { isWanted, type Level, readWishes, USUAL, type Wishes, withRoom } from "./rules";

const message = (what: Partial<MessageView> = {}) =>
	({ own: false, ignored: false, deleted: false, mentionsMe: false, ...what }) as MessageView;
const room = (kind: RoomView["kind"]) => ({ id: "r-1", kind }) as RoomView;
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
		expect(isWanted(wishes(level), message({ mentionsMe }), room(kind))).toBe(wanted);
	});

	it("takes the room's own level before the general one", () => {
		expect(isWanted(wishes("all", { "r-1": "off" }), message({ mentionsMe: true }), room("named"))).toBe(false);
		expect(isWanted(wishes("off", { "r-1": "all" }), message(), room("named"))).toBe(true);
		expect(isWanted(wishes("off", { "r-2": "all" }), message(), room("named"))).toBe(false);
	});

	it.each(["own", "ignored", "deleted"] as const)("is never told of what is %s", (what) => {
		expect(isWanted(wishes("all"), message({ [what]: true }), room("direct"))).toBe(false);
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
