// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { message } from "../testing/samples";
import { Drafts, EMPTY_DRAFT } from "./drafts";
import { Mutes } from "./mutes";
import { People } from "./people";
import { RoomViews } from "./room_views";
import { Rooms } from "./rooms";
import { Typing } from "./typing";

const nobody = new Set<string>();

let rooms: Rooms;
let people: People;
let typing: Typing;
let drafts: Drafts;
let views: RoomViews;

beforeEach(() => {
	localStorage.clear();
	rooms = new Rooms("me");
	people = new People();
	typing = new Typing();
	drafts = new Drafts("server", "me");
	views = new RoomViews("me", rooms, people, typing, drafts, new Mutes("me"));
	people.start([{ UID: "mary", UN: "Mary" }], [], ["zoe"]);
	const MEMBERS = ["me", "mary", "zoe"].map((UID) => ({ UID, UN: UID }));
	rooms.start(
		[
			{ ROOM: "lobby", KIND: "lobby", ROLE: "moderator" },
			{ ROOM: "r-1", KIND: "named", TITLE: "Optics", UNREAD: 3, MENTIONS: 1 },
			{ ROOM: "d-1", KIND: "direct", MEMBERS: MEMBERS.slice(0, 2), UNREAD: 2 },
			{ ROOM: "g-1", KIND: "group", MEMBERS },
		],
		false,
	);
});

const list = () => views.list(0);
const view = (id: string) => list().find((each) => each.id === id);

describe("RoomViews", () => {
	it("calls conversations by the others' names", () => {
		expect(list().map(({ title }) => title)).toEqual(["", "Optics", "Mary", "Mary, zoe"]);
		people.push({ CMD: "PEER", TYPE: "RENAMED", UID: "mary", UN: "Maria" }, 0);
		expect(view("d-1")).toMatchObject({ title: "Maria", others: ["mary"], reach: "PRIVATE" });
	});

	it("tells people of the same name in groups apart", () => {
		people.name("zoe", "Mary");
		expect(view("g-1")?.title).toBe("Mary (mary), Mary (zoe)");
		expect(view("d-1")?.title).toBe("Mary");
		people.name("zoe", "Zoë");
		people.name("other", "Mary");
		expect(view("g-1")?.title).toBe("Mary (mary), Zoë");
	});

	it("has the lobby first, whatever happens elsewhere", () => {
		rooms.push(message(1, { ROOM: "g-1" }), nobody);
		expect(list().map(({ id }) => id)).toEqual(["lobby", "g-1", "r-1", "d-1"]);
	});

	it("takes all that is unread in a direct room for a mention", () => {
		expect(list().map(({ unread, mentions }) => [unread, mentions])).toEqual([
			[0, 0],
			[3, 1],
			[2, 2],
			[0, 0],
		]);
	});

	it("shows who types, but not the ignored, and drafts", () => {
		typing.heard("g-1", "mary", 10);
		typing.heard("g-1", "zoe", 10);
		drafts.set("r-1", { ...EMPTY_DRAFT, text: "hm" });
		expect(view("g-1")?.typing).toEqual(["mary"]);
		expect(view("r-1")?.draft).toBe("hm");
		expect(views.list(10).find(({ id }) => id === "g-1")?.typing).toEqual([]);
	});

	it("is the same list while nothing changes, and has the same views of what has not changed", () => {
		const before = list();
		expect(list()).toBe(before);
		rooms.push(message(1, { ROOM: "d-1" }), nobody);
		const after = list();
		expect(after).not.toBe(before);
		expect(after.find(({ id }) => id === "r-1")).toBe(before.find(({ id }) => id === "r-1"));
	});

	it("shows rooms of the directory, too", () => {
		rooms.hear({ ROOM: "r-2", KIND: "named", TITLE: "Else", ENTERED: false });
		const seen = views.get("r-2", 0);
		expect(seen?.title).toBe("Else");
		expect(views.get("r-2", 0, seen)).toBe(seen);
		expect(views.get("r-3", 0)).toBeNull();
	});
});
