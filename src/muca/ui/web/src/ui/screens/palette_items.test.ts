// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeChat, fakePerson, fakeRoom } from "../../testing/fake_chat";
import { go, roomRoute, route } from "../route";
import { chooseTheme, theme } from "../theme";
import { paletteGroups } from "./palette_items";
import { closeScreen, screen } from "./screen";

const given = {
	rooms: [
		fakeRoom("lobby", "lobby"),
		fakeRoom("r-1", "named", "Optics", { unread: 3 }),
		fakeRoom("d-1", "direct", "Mary", { mentions: 2, unread: 2 }),
	],
	people: [fakePerson("tony", "Tony"), fakePerson("mary", "Mary"), fakePerson("zoe", "Zoë")],
	answers: { HISTORY: { EVENTS: [{ SEQ: 812 }] } },
};
const names = (written: string, chat = fakeChat(given)) =>
	Object.fromEntries(paletteGroups(chat, written).map(({ title, items }) => [title, items.map(({ name }) => name)]));
const pick = (written: string, name: string, chat = fakeChat(given)) =>
	paletteGroups(chat, written)
		.flatMap(({ items }) => items)
		.find((item) => item.name === name)
		?.pick();

beforeEach(() => go(roomRoute("lobby")));
afterEach(() => {
	closeScreen();
	chooseTheme("system");
});

describe("what is offered", () => {
	it("begins with what waits, and names nobody before something is written", () => {
		const { Rooms, People } = names("");
		expect(Rooms).toEqual(["Mary", "Optics", "Everyone"]);
		expect(People).toBeUndefined();
	});

	it("finds rooms, people and commands, and offers to search for the rest", () => {
		expect(names("ma")).toEqual({
			Rooms: ["Mary"],
			People: ["Mary"],
			Commands: ["Formatting", "Search messages for “ma”"],
		});
		expect(names("zoe").People).toEqual(["Zoë"]);
	});

	it("has the person whose exact name is written before the groups that they are in", () => {
		const group = fakeRoom("g-1", "group", "Mary, Zoë");
		const chat = fakeChat({ ...given, rooms: [...given.rooms.slice(0, 2), group] });
		expect(Object.keys(names("mary", chat)).slice(0, 2)).toEqual(["People", "Rooms"]);
		expect(Object.keys(names("opt", chat))[0]).toBe("Rooms");
	});

	it("does not offer oneself", () => {
		expect(names("tony").People).toBeUndefined();
	});

	it("knows days in the past only", () => {
		expect(names("2024-05-31").Days?.[0]).toMatch(/May 31, 2024 in Everyone$/);
		expect(names("2999-01-01").Days).toBeUndefined();
	});

	it("offers the server to who runs it", () => {
		expect(names("").Commands).not.toContain("Administration");
		expect(names("", fakeChat({ ...given, me: { role: "moderator" } })).Commands).toContain("Administration");
	});
});

describe("what is picked", () => {
	it("opens rooms, conversations and screens", () => {
		pick("optics", "Optics");
		expect(route.value).toEqual(roomRoute("r-1"));
		pick("zoe", "Zoë");
		expect(route.value).toEqual(roomRoute("to:zoe"));
		pick("valve", "Search messages for “valve”");
		expect(screen.value).toEqual({ is: "search", query: "valve" });
	});

	it("goes to the first message of a day", async () => {
		const chat = fakeChat(given);
		await pick("2024-05-31", names("2024-05-31").Days?.[0] ?? "", chat);
		expect(chat.asked).toEqual([["HISTORY", { ROOM: "lobby", AT: new Date(2024, 4, 31).getTime(), LIMIT: 1 }]]);
		expect(route.value).toEqual(roomRoute("lobby", { seq: 812 }));
	});

	it("changes light and dark, and says that one is away", () => {
		chooseTheme("dark");
		pick("light", "Theme: light or dark");
		expect(theme.value).toBe("light");
		const chat = fakeChat(given);
		pick("away", "Set as away", chat);
		expect(chat.asked).toEqual([["AWAY", true]]);
	});
});
