import { beforeEach, expect, it } from "vitest";
import { event, message } from "../testing/samples";
import { Typing } from "./typing";

let typing: Typing;
beforeEach(() => {
	typing = new Typing();
	typing.heard("lobby", "mary", 5_000);
	typing.heard("lobby", "zoe", 6_000);
	typing.heard("r-1", "mary", 7_000);
});

it("knows who types where, until their time is over", () => {
	expect(typing.in("lobby", 0)).toEqual(["mary", "zoe"]);
	expect(typing.in("lobby", 5_000)).toEqual(["zoe"]);
	expect(typing.in("lobby", 6_000)).toEqual([]);
	expect(typing.in("nowhere", 0)).toEqual([]);
});

it("goes on while they go on", () => {
	typing.heard("lobby", "mary", 9_000);
	expect(typing.in("lobby", 8_000)).toEqual(["mary"]);
});

it("ends with what was being typed, in that room", () => {
	typing.hear(message(3, { ROOM: "lobby", FROM: "mary" }));
	expect(typing.in("lobby", 0)).toEqual(["zoe"]);
	expect(typing.in("r-1", 0)).toEqual(["mary"]);
});

it.each(["kick", "ban", "mute"])("ends with a %s, in that room or everywhere", (kind) => {
	typing.hear(event(3, kind, { ROOM: "r-1", FROM: "guard", UID: "mary" }));
	expect([typing.in("lobby", 0), typing.in("r-1", 0)]).toEqual([["mary", "zoe"], []]);
	typing.hear(event(3, kind, { ROOM: "lobby", FROM: "guard", UID: "mary" }));
	expect(typing.in("lobby", 0)).toEqual(["zoe"]);
});

it("ends when somebody leaves a room, or the server", () => {
	typing.hear(event(3, "exit", { ROOM: "r-1", FROM: "mary" }));
	expect([typing.in("lobby", 0), typing.in("r-1", 0)]).toEqual([["mary", "zoe"], []]);
	typing.hear(event(3, "set", { ROOM: "lobby", FROM: "zoe", UID: "zoe" }));
	typing.gone("mary");
	expect(typing.in("lobby", 0)).toEqual(["zoe"]);
});

it("says when it is to be looked at again", () => {
	expect(typing.nextEnd(0)).toBe(5_000);
	expect(typing.nextEnd(6_500)).toBe(7_000);
	expect(typing.nextEnd(7_000)).toBeNull();
	typing.clear();
	expect(typing.nextEnd(0)).toBeNull();
});
