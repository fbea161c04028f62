import { beforeEach, describe, expect, it } from "vitest";
import { event, message } from "../testing/samples";
import type { Room } from "../wire/words";
import { Rooms, roleIn } from "./rooms";

const LOBBY: Room = { ROOM: "lobby", KIND: "lobby", SEQ: 10, READ: 10 };
const OPTICS: Room = { ROOM: "r-1", KIND: "named", TITLE: "Optics", TOPIC: "Light", SEQ: 3 };
const DIRECT: Room = {
	ROOM: "d-1",
	KIND: "direct",
	MEMBERS: [
		{ UID: "me", UN: "Me" },
		{ UID: "mary", UN: "Mary" },
	],
	SEQ: 5,
};
const nobody = new Set<string>();

let rooms: Rooms;
beforeEach(() => {
	rooms = new Rooms("me");
	rooms.start([LOBBY, OPTICS, DIRECT], false);
});

const room = (id: string) => rooms.get(id)?.room;
const order = () => [...rooms.own].sort((one, other) => other.order - one.order).map((own) => own.room.ROOM);
const said = (SEQ: number, more: Parameters<typeof message>[1] = {}) =>
	rooms.push(message(SEQ, { ROOM: "r-1", ...more }), nobody);

describe("what is unread", () => {
	it("counts what others say, once", () => {
		said(4);
		said(5, { MENTIONS: ["me"] });
		said(6, { MENTIONS_ROOM: true });
		said(6);
		expect(room("r-1")).toMatchObject({ SEQ: 6, UNREAD: 3, MENTIONS: 2 });
	});

	it("is nothing once one writes, here or elsewhere", () => {
		said(4, { MENTIONS: ["me"] });
		said(5, { FROM: "me" });
		expect(room("r-1")).toMatchObject({ READ: 5, UNREAD: 0, MENTIONS: 0 });
	});

	it("does not count events, nor what ignored people say", () => {
		rooms.push(event(4, "enter", { ROOM: "r-1" }), nobody);
		rooms.push(message(5, { ROOM: "r-1", MENTIONS: ["me"] }), new Set(["mary"]));
		expect(room("r-1")).toMatchObject({ SEQ: 5 });
		expect(room("r-1")?.UNREAD ?? 0).toBe(0);
	});

	it("follows deletions", () => {
		rooms.read({ ROOM: "r-1", UID: "me", SEQ: 3 });
		for (const seq of [4, 5, 6]) said(seq, { MENTIONS: ["me"] });
		const deletion = { OF: 5, AUTHOR: "mary", COUNTS: [{ UID: "me", SEQ: 5, BY: -1 }] };
		rooms.push(event(7, "delete", { ROOM: "r-1", ...deletion }), nobody);
		rooms.push(event(8, "delete", { ROOM: "r-1", ...deletion, OF: 6 }), new Set(["mary"]));
		rooms.push(event(9, "delete", { ROOM: "r-1", OF: 2, AUTHOR: "mary" }), nobody);
		rooms.push(event(10, "delete", { ROOM: "r-1", OF: 4, AUTHOR: "me" }), nobody);
		expect(room("r-1")).toMatchObject({ UNREAD: 2, MENTIONS: 2 });
	});

	it("counts mentions that are edited in where the edit is, and no more those that are edited out", () => {
		rooms.read({ ROOM: "r-1", UID: "me", SEQ: 3 });
		said(4);
		said(5, { MENTIONS: ["me"] });
		const edit = (seq: number, COUNTS: { UID?: string; ROOM?: true; SEQ: number; BY: number }[]) =>
			rooms.push(event(seq, "edit", { ROOM: "r-1", OF: 4, COUNTS }), nobody);
		edit(6, [{ ROOM: true, SEQ: 6, BY: 1 }]);
		edit(7, [{ UID: "me", SEQ: 5, BY: -1 }]);
		edit(8, [
			{ UID: "me", SEQ: 1, BY: -1 },
			{ UID: "zoe", SEQ: 8, BY: 1 },
		]);
		expect(room("r-1")).toMatchObject({ UNREAD: 2, MENTIONS: 1 });
	});

	it("is what the server says when retention has removed some of it", () => {
		for (const seq of [4, 5, 6]) said(seq, { MENTIONS: ["me"] });
		const READ = room("r-1")?.READ ?? 0;
		rooms.read({ ROOM: "r-1", UID: "me", SEQ: READ, UNREAD: 2, MENTIONS: 1 });
		said(7);
		expect(room("r-1")).toMatchObject({ READ, UNREAD: 3, MENTIONS: 1 });
	});

	it("stays what pushes have made it when the server tells of the room again", () => {
		said(4);
		rooms.hear({ ...OPTICS, TITLE: "Optics II", UNREAD: 7 });
		expect(room("r-1")).toMatchObject({ TITLE: "Optics II", SEQ: 4, UNREAD: 1 });
	});

	it("is what the server says when one has read elsewhere, and never goes back", () => {
		for (const seq of [4, 5, 6]) said(seq);
		rooms.read({ ROOM: "r-1", UID: "me", SEQ: 5, UNREAD: 1, MENTIONS: 0 });
		rooms.read({ ROOM: "r-1", UID: "me", SEQ: 4, UNREAD: 2, MENTIONS: 0 });
		rooms.read({ ROOM: "r-1", UID: "mary", SEQ: 6 });
		expect(room("r-1")).toMatchObject({ READ: 5, UNREAD: 1 });
	});
});

describe("the newest message of a conversation", () => {
	const LAST = { SEQ: 5, TS: 5, FROM: "mary", MSG: "old" };
	const last = () => room("d-1")?.LAST;
	const inside = (SEQ: number, more: Parameters<typeof message>[1] = {}) =>
		rooms.push(message(SEQ, { ROOM: "d-1", ...more }), new Set(["zoe"]));
	const done = (SEQ: number, KIND: string, more: Parameters<typeof event>[2]) =>
		rooms.push(event(SEQ, KIND, { ROOM: "d-1", ...more }), nobody);
	beforeEach(() => rooms.start([LOBBY, OPTICS, { ...DIRECT, READ: 5, LAST }], false));

	it("is the server's, then the one that comes, but of nobody whom one ignores", () => {
		expect(last()).toEqual(LAST);
		inside(6);
		inside(7, { FROM: "zoe" });
		expect(last()).toEqual({ SEQ: 6, TS: 6, FROM: "mary", MSG: "text 6" });
		expect(rooms.unsure.size).toBe(0);
	});

	it("is what its files are where it has no text", () => {
		const file = (NAME: string, TYPE: string) => ({ FILE: NAME, NAME, TYPE, BYTES: 3 });
		inside(6, { MSG: "", FILES: [file("cat.jpg", "image/jpeg"), file("b.pdf", "application/pdf")] });
		expect(last()).toEqual({ SEQ: 6, TS: 6, FROM: "mary", FILES: 2, NAME: "cat.jpg", TYPE: "image/jpeg" });
		inside(7, { FILES: [file("cat.jpg", "image/jpeg")] });
		expect(last()).toEqual({ SEQ: 7, TS: 7, FROM: "mary", MSG: "text 7" });
	});

	it("follows edits of it, and of no other", () => {
		done(6, "edit", { OF: 5, MSG: "new" });
		done(7, "edit", { OF: 4, MSG: "else" });
		done(8, "react", { OF: 5, EMOJI: "👍" });
		expect(last()).toEqual({ ...LAST, MSG: "new" });
	});

	it("is only the server's to say once it was deleted, unless another one comes", () => {
		done(6, "delete", { OF: 4 });
		expect(last()).toEqual(LAST);
		done(7, "delete", { OF: 5 });
		expect(last()).toBeUndefined();
		expect([...rooms.unsure]).toEqual(["d-1"]);
		rooms.list([{ ...DIRECT, SEQ: 7, UNREAD: 9, LAST: { ...LAST, SEQ: 3 } }], false);
		expect(room("d-1")).toMatchObject({ LAST: { SEQ: 3 }, SEQ: 7 });
		expect(room("d-1")?.UNREAD ?? 0).toBe(0);
		expect(rooms.unsure.size).toBe(0);
		done(8, "delete", { OF: 3 });
		inside(9);
		expect([last()?.SEQ, rooms.unsure.size]).toEqual([9, 0]);
	});

	it("is no longer that of somebody whom one ignores now, and may be it again", () => {
		rooms.ignore(nobody, new Set(["mary"]));
		expect(last()).toBeUndefined();
		expect([...rooms.unsure]).toEqual(["d-1"]);
		rooms.list([{ ...DIRECT, LAST: { ...LAST, SEQ: 4, FROM: "me" } }], false);
		rooms.ignore(new Set(["mary"]), nobody);
		expect([last()?.SEQ, rooms.unsure.size]).toEqual([4, 1]);
	});

	it("stays what it is when the server tells of the room again, and is none of other rooms", () => {
		inside(6);
		rooms.hear({ ...DIRECT, SEQ: 5 });
		said(4);
		expect([last()?.SEQ, room("r-1")?.LAST]).toEqual([6, undefined]);
	});

	it("is to be asked for of a conversation that JOIN did not list", () => {
		rooms.hear({ ...DIRECT, ROOM: "d-2" });
		expect([...rooms.unsure]).toEqual(["d-2"]);
	});
});

describe("the order", () => {
	it("is that of JOIN, then that of activity", () => {
		expect(order()).toEqual(["lobby", "r-1", "d-1"]);
		rooms.push(message(6, { ROOM: "d-1" }), nobody);
		expect(order()).toEqual(["d-1", "lobby", "r-1"]);
	});

	it("does not mind reactions and a change of the room", () => {
		rooms.push(event(6, "react", { ROOM: "d-1", OF: 1 }), nobody);
		rooms.hear({ ...DIRECT, SEQ: 6 });
		expect(order()).toEqual(["lobby", "r-1", "d-1"]);
	});
});

describe("what rooms are like", () => {
	it("follows what is set, and what is set to nothing", () => {
		rooms.push(event(4, "set", { ROOM: "r-1", SETTINGS: { TITLE: "Light", TOPIC: "", SLOW_SECONDS: 30 } }), nobody);
		expect(room("r-1")).toEqual({ ...OPTICS, SEQ: 4, TITLE: "Light", TOPIC: undefined, SLOW_SECONDS: 30 });
	});

	it("follows one's own role, and nobody else's", () => {
		rooms.push(event(4, "role", { ROOM: "r-1", UID: "mary", ROLE: "owner" }), nobody);
		expect(roleIn(room("r-1") ?? LOBBY)).toBe("member");
		rooms.push(event(5, "role", { ROOM: "r-1", UID: "me", ROLE: "moderator" }), nobody);
		expect(roleIn(room("r-1") ?? LOBBY)).toBe("moderator");
	});

	it("is not one's own any more when one has left, or was put out", () => {
		for (const put of [
			event(4, "exit", { FROM: "me" }),
			event(4, "kick", { UID: "me" }),
			event(4, "ban", { UID: "me" }),
		]) {
			rooms.start([LOBBY, OPTICS], false);
			rooms.push({ ...put, ROOM: "r-1" }, nobody);
			expect(rooms.get("r-1")).toBeNull();
			expect(rooms.find("r-1")).toMatchObject({ TITLE: "Optics", ENTERED: false });
		}
		rooms.start([LOBBY, OPTICS], false);
		rooms.push(event(4, "exit", { ROOM: "r-1" }), nobody);
		rooms.push(event(11, "kick", { ROOM: "lobby", UID: "me" }), nobody);
		expect(rooms.own).toHaveLength(2);
	});
});

it("finds the conversation of exactly these people", () => {
	expect(rooms.among(["mary"])).toBe("d-1");
	expect(rooms.among(["mary", "me"])).toBe("d-1");
	expect(rooms.among(["mary", "zoe"])).toBeNull();
	expect(rooms.among(["zoe"])).toBeNull();
});

describe("rooms that JOIN does not list", () => {
	const OLD: Room = { ROOM: "d-2", KIND: "direct", SEQ: 9, UNREAD: 4 };

	it("come after all others, and what is known already stays", () => {
		said(4);
		rooms.list([{ ...OPTICS, SEQ: 3 }, OLD], false);
		rooms.list([{ ...OLD, ROOM: "d-3" }], true);
		expect(order()).toEqual(["r-1", "lobby", "d-1", "d-2", "d-3"]);
		expect([room("r-1")?.UNREAD, room("d-2")?.UNREAD]).toEqual([1, 4]);
	});

	it("are counted anew in the next session, and gone if no page lists them", () => {
		rooms.list([OLD, { ...OLD, ROOM: "d-3" }], true);
		rooms.start([LOBBY], true);
		expect(order()).toEqual(["lobby", "r-1", "d-1", "d-2", "d-3"]);
		rooms.list([{ ...OLD, UNREAD: 5 }, DIRECT], false);
		expect(rooms.own).toHaveLength(5);
		rooms.list([OPTICS], true);
		expect(order()).toEqual(["lobby", "r-1", "d-1", "d-2"]);
		expect(room("d-2")?.UNREAD).toBe(5);
	});
});

it("forgets rooms that a later JOIN does not list, unless there are more than it lists", () => {
	rooms.start([LOBBY], true);
	expect(rooms.get("r-1")).not.toBeNull();
	rooms.start([LOBBY], false);
	expect(rooms.get("r-1")).toBeNull();
});

it("knows what a room is called that one was put out of while away", () => {
	rooms.start([LOBBY], false);
	expect(rooms.get("r-1")).toBeNull();
	expect(rooms.find("r-1")).toMatchObject({ TITLE: "Optics", ENTERED: false, UNREAD: 0 });
	expect(rooms.find("d-1")).toBeNull();
});

it("knows rooms of the directory apart from own ones", () => {
	rooms.hear({ ROOM: "r-9", KIND: "named", TITLE: "Else", ENTERED: false });
	expect(rooms.get("r-9")).toBeNull();
	expect(rooms.find("r-9")?.TITLE).toBe("Else");
});
