import { describe, expect, it } from "vitest";
import type { Role, Room } from "../../wire/words";
import { deedsAbout, powerIn, type Rights, rightsIn, rightsOnServer } from "./rights";

const named = (what: Partial<Room> = {}): Room => ({ ROOM: "r-1", KIND: "named", ...what });
const given = (rights: Rights) =>
	Object.entries(rights)
		.filter(([, has]) => has)
		.map(([right]) => right)
		.sort();

describe("rightsIn, as docs/PERMISSIONS.md has it", () => {
	it.each<[string, Room, Role, string[]]>([
		[
			"the lobby, to its owner",
			{ ROOM: "lobby", KIND: "lobby" },
			"owner",
			["giveRoles", "keep", "moderate", "purge", "set"],
		],
		["the lobby, to moderators", { ROOM: "lobby", KIND: "lobby" }, "moderator", ["moderate", "purge", "set"]],
		["the lobby, to members", { ROOM: "lobby", KIND: "lobby" }, "member", []],
		["a direct room, to an owner of the server", { ROOM: "d-1", KIND: "direct" }, "owner", []],
		["a group", { ROOM: "g-1", KIND: "group" }, "member", []],
		[
			"a public room, to its owner",
			named({ ROLE: "owner" }),
			"member",
			["archive", "giveRoles", "invite", "keep", "leave", "moderate", "purge", "set"],
		],
		[
			"a public room, to its moderator",
			named({ ROLE: "moderator" }),
			"member",
			["invite", "leave", "moderate", "purge", "set"],
		],
		["a public room, to a member", named(), "member", ["invite", "leave"]],
		["a public room, to a stranger", named({ ENTERED: false }), "member", ["enter"]],
		["a public room, to a guest", named({ ENTERED: false }), "guest", []],
		["a public room, to an overseer", named({ ENTERED: false }), "owner", ["enter", "moderate", "purge", "set"]],
		[
			"a public room, to the server's owner who is in it",
			named(),
			"owner",
			["archive", "giveRoles", "invite", "keep", "leave", "moderate", "purge", "set"],
		],
		["a private room, to the server's owner as a member", named({ PRIVATE: true }), "owner", ["leave"]],
		[
			"a private room, to its moderator",
			named({ PRIVATE: true, ROLE: "moderator" }),
			"member",
			["invite", "leave", "moderate", "purge", "set"],
		],
		[
			"an archived room, to its owner",
			named({ ARCHIVED: true, ROLE: "owner" }),
			"member",
			["archive", "giveRoles", "keep", "leave", "moderate"],
		],
	])("%s", (_, room, onServer, expected) => {
		expect(given(rightsIn(room, onServer))).toEqual(expected);
	});
});

describe("deedsAbout", () => {
	const owner = rightsOnServer("owner");
	const moderator = rightsOnServer("moderator");

	it("gives power over lower roles only", () => {
		expect(deedsAbout(moderator, "moderator", "member")).toEqual({
			kick: true,
			mute: true,
			ban: true,
			purge: true,
			roles: [],
		});
		expect(deedsAbout(moderator, "moderator", "moderator")).toEqual({
			kick: false,
			mute: false,
			ban: false,
			purge: true,
			roles: [],
		});
		expect(deedsAbout(moderator, "moderator", "owner").purge).toBe(false);
		expect(deedsAbout(rightsOnServer("member"), "member", "guest")).toMatchObject({ kick: false, purge: false });
	});

	it("lets owners give every other role, and mute nobody who has one", () => {
		expect(deedsAbout(owner, "owner", "moderator")).toEqual({
			kick: true,
			mute: false,
			ban: true,
			purge: true,
			roles: ["owner", "member"],
		});
	});

	it("gives guests no role", () => {
		expect(deedsAbout(owner, "owner", "guest").roles).toEqual([]);
	});
});

describe("powerIn", () => {
	it("counts the role on the server in public rooms, and not in private ones", () => {
		expect(powerIn(named(), "moderator")).toBe("moderator");
		expect(powerIn(named({ PRIVATE: true }), "moderator")).toBe("member");
		expect(powerIn(named({ ROLE: "owner" }), "moderator")).toBe("owner");
	});
});
