import { effect } from "@preact/signals";
import { beforeEach, expect, it } from "vitest";
import { event, message } from "../testing/samples";
import { Members } from "./members";

const ROOM = "r-1";
let members: Members;
beforeEach(() => {
	members = new Members();
	members.begin(ROOM);
	members.add(ROOM, ["mary", "zoe"]);
});

const inRoom = (): string[] => [...members.of(ROOM)].sort();

it.each([
	["whoever enters is in it", event(1, "enter", { ROOM, FROM: "ann" }), ["ann", "mary", "zoe"]],
	["whoever is invited is in it", event(1, "invite", { ROOM, FROM: "mary", UID: "ann" }), ["ann", "mary", "zoe"]],
	["whoever leaves is not", event(1, "exit", { ROOM, FROM: "zoe" }), ["mary"]],
	["whoever is removed is not", event(1, "kick", { ROOM, FROM: "mary", UID: "zoe" }), ["mary"]],
	["whoever is banned is not", event(1, "ban", { ROOM, FROM: "mary", UID: "zoe" }), ["mary"]],
	["whoever is muted is", event(1, "mute", { ROOM, FROM: "mary", UID: "zoe" }), ["mary", "zoe"]],
	["another room's events do not count", event(1, "exit", { ROOM: "r-2", FROM: "zoe" }), ["mary", "zoe"]],
	["messages change nothing", message(1, { ROOM, FROM: "ann" }), ["mary", "zoe"]],
])("%s", (_, entry, expected) => {
	members.hear(entry);
	expect(inRoom()).toEqual(expected);
});

it("knows nobody in a room that was not read, and follows none of its events", () => {
	members.hear(event(1, "enter", { ROOM: "r-2", FROM: "ann" }));
	members.add("r-2", ["ann"]);
	expect([...members.of("r-2")]).toEqual([]);
});

it("reads a room once, until it could not be read or the connection was gone", () => {
	expect(members.begin(ROOM)).toBe(false);
	members.drop(ROOM);
	expect(members.begin(ROOM)).toBe(true);
	members.clear();
	expect(members.begin(ROOM)).toBe(true);
	expect(inRoom()).toEqual([]);
});

it("is whole once it was read to its end, until it has to be read anew", () => {
	expect(members.isWhole(ROOM)).toBe(false);
	members.end(ROOM);
	expect(members.isWhole(ROOM)).toBe(true);
	expect(members.isWhole("r-2")).toBe(false);
	members.clear();
	members.begin(ROOM);
	expect(members.isWhole(ROOM)).toBe(false);
});

it("tells those who asked", () => {
	const seen: string[][] = [];
	const stop = effect(() => {
		seen.push([...members.of(ROOM)]);
	});
	members.add(ROOM, ["ann"]);
	members.hear(event(1, "exit", { ROOM, FROM: "zoe" }));
	stop();
	expect(seen).toEqual([
		["mary", "zoe"],
		["mary", "zoe", "ann"],
		["mary", "ann"],
	]);
});
