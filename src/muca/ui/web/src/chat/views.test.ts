import { beforeEach, describe, expect, it } from "vitest";
import { kept, message } from "../testing/samples";
import { People } from "./people";
import { keptView, Views } from "./views";

let people: People;
let views: Views;
beforeEach(() => {
	people = new People();
	people.start([{ UID: "mary", UN: "Mary" }], [], []);
	views = new Views("me", people);
});

describe("Views", () => {
	it("says everything of a message", () => {
		const stored = message(3, { TS: 9, REPLY_TO: 2, MENTIONS: ["me"], EDITED: 10, PINNED: true });
		expect(views.of(stored, null)).toMatchObject({
			key: "message 3",
			seq: 3,
			ts: 9,
			reach: "ALL",
			replyTo: 2,
			mentionsMe: true,
			edited: true,
			pinned: true,
			deleted: false,
			own: false,
			delivery: { is: "stored" },
		});
	});

	it("is the same view in the same circumstances, and another one in others", () => {
		const stored = message(1);
		const view = views.of(stored, null);
		expect(views.of(stored, null)).toBe(view);
		expect(views.of({ ...stored }, null)).not.toBe(view);
		expect(views.of(stored, { is: "sending" })).not.toBe(view);
		people.push({ CMD: "PEER", TYPE: "RENAMED", UID: "mary", UN: "Maria" }, 0);
		expect(views.of(stored, null).nickname).toBe("Maria");
		people.ignore(["mary"]);
		expect(views.of(stored, null).ignored).toBe(true);
	});

	it("calls strangers what they were called then", () => {
		expect(views.of(message(1, { FROM: "x", UN: "Xenia" }), null).nickname).toBe("Xenia");
	});

	it("means me by @room, unless I said it", () => {
		expect(views.of(message(1, { MENTIONS_ROOM: true }), null).mentionsMe).toBe(true);
		expect(views.of(message(1, { MENTIONS_ROOM: true, FROM: "me" }), null)).toMatchObject({
			mentionsMe: false,
			own: true,
		});
	});

	it("keeps the key under which a message was written", () => {
		const written = keptView(kept("abc"), "lobby", "ALL", "me", "Me", { is: "kept" });
		expect(views.of(message(4, { FROM: "me", ID: "abc" }), null).key).toBe(written.key);
	});
});
