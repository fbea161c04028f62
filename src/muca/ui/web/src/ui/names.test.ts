// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import type { Chat, LinkState, Person } from "../chat/chat";
import { roomView } from "../testing/samples";
import { isolated, namesakeIn, roomName, roomReach, typingWords } from "./names";

const person = (uid: string, presence: Person["presence"] = "here"): Person => ({
	uid,
	nickname: uid[0]?.toUpperCase() + uid.slice(1),
	presence,
	role: "member",
	ignored: false,
	seenMs: null,
	bannedUntil: 0,
});
const link = signal<LinkState>({ is: "joined" });
const chat = {
	link,
	people: signal([person("tony"), person("mary", "away"), person("zoe", "gone")]),
	person: (uid: string) => person(uid),
} as unknown as Chat;

test("rooms have the names that people call them", () => {
	expect(roomName(roomView({ KIND: "lobby" }))).toBe("Everyone");
	expect(roomName(roomView({ KIND: "group" }, { title: "Henry, Mary" }))).toBe("Henry, Mary, you");
	expect(roomName(roomView({ KIND: "direct" }, { title: "Mary" }))).toBe("Mary");
	expect(roomName(roomView())).toBe("No name");
});

test("a private conversation with one of two people of the same name has the user id", () => {
	const withNamesakes = { ...chat, hasNamesake: (uid: string) => uid.startsWith("anna") } as Chat;
	const namesake = (KIND: "direct" | "group" | "lobby", ...others: string[]) =>
		namesakeIn(roomView({ KIND }, { others }), withNamesakes);
	expect(namesake("direct", "anna1")).toBe("anna1");
	expect(namesake("direct", "zoe")).toBeNull();
	expect(namesake("group", "anna1", "anna2")).toBeNull(); // it is in the title
	expect(namesake("lobby")).toBeNull();
});

test("one sees whom words reach", () => {
	const reach = (...args: Parameters<typeof roomView>) => roomReach(roomView(...args), chat);
	expect(reach({ KIND: "lobby" })).toBe("Reaches everyone. 2 are online; others will see it later.");
	expect(reach({ KIND: "direct" }, { others: ["mary"] })).toBe("Only you and Mary can read this.");
	expect(reach({ KIND: "group" }, { others: ["mary", "zoe"] })).toMatch(/^Only Mary, Zoe,? and you can read this\.$/);
	expect(reach({ PRIVATE: true })).toBe("Only people in the room can read this.");
});

test("who is here is not said while nobody knows", () => {
	link.value = { is: "joining" };
	expect(roomReach(roomView({ KIND: "lobby" }), chat)).toBe("Reaches everyone.");
	link.value = { is: "joined" };
});

test.each([
	[[], ""],
	[["mary"], "Mary is typing…"],
	[["mary", "zoe"], "Mary and Zoe are typing…"],
	[["a", "b", "c", "d"], "4 people are typing…"],
])("%j: %s", (uids, words) => {
	expect(typingWords(uids, chat)).toBe(words);
});

test("a name from right to left does not turn the sentence around, and others stay as they are", () => {
	expect(isolated("דנה")).toBe("\u2068דנה\u2069");
	expect(isolated("Zoë سلمى")).toBe("\u2068Zoë سلمى\u2069");
	expect(isolated("田中 👋")).toBe("田中 👋");
});
