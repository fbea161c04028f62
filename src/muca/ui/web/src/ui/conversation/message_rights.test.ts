import { expect, test } from "vitest";
import { messageView, roomView } from "../../testing/samples";
import type { Role, Room } from "../../wire/words";
import { messageRights } from "./message_rights";

/** What is offered, in short. */
function offered(room: Partial<Room>, onServer: Role, own: boolean): string {
	const rights = messageRights(messageView({ own }), roomView(room), onServer);
	return Object.entries(rights)
		.filter(([, may]) => may)
		.map(([right]) => right)
		.join(" ");
}

test.each<[Partial<Room>, Role, string, string]>([
	[{ KIND: "lobby" }, "member", "react write edit remove", "react write"],
	[{ KIND: "lobby" }, "moderator", "react write edit remove pin", "react write remove pin"],
	[{ KIND: "lobby", READ_ONLY: true }, "member", "react remove", "react"],
	[{ KIND: "named" }, "member", "react write edit remove", "react write"],
	[{ KIND: "named", ROLE: "moderator" }, "member", "react write edit remove pin", "react write remove pin"],
	[
		{ KIND: "named", READ_ONLY: true, ROLE: "owner" },
		"member",
		"react write edit remove pin",
		"react write remove pin",
	],
	[{ KIND: "named", ARCHIVED: true, ROLE: "owner" }, "owner", "", ""],
	[{ KIND: "named", ENTERED: false }, "member", "remove", ""],
	[{ KIND: "named", PRIVATE: true }, "owner", "react write edit remove", "react write"],
	[{ KIND: "direct" }, "member", "react write edit remove pin seenBy", "react write pin"],
	[{ KIND: "group" }, "owner", "react write edit remove pin seenBy", "react write pin"],
])("in %j a %s is offered “%s” for an own message, “%s” for another's", (room, onServer, own, anothers) => {
	expect(offered(room, onServer, true)).toBe(own);
	expect(offered(room, onServer, false)).toBe(anothers);
});

test("of an unknown room nothing is offered", () => {
	expect(Object.values(messageRights(messageView({ own: true }), null, "owner"))).not.toContain(true);
});
