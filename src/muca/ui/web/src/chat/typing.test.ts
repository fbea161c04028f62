import { beforeEach, expect, it } from "vitest";
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
	typing.said("lobby", "mary");
	expect(typing.in("lobby", 0)).toEqual(["zoe"]);
	expect(typing.in("r-1", 0)).toEqual(["mary"]);
});

it("says when it is to be looked at again", () => {
	expect(typing.nextEnd(0)).toBe(5_000);
	expect(typing.nextEnd(6_500)).toBe(7_000);
	expect(typing.nextEnd(7_000)).toBeNull();
	typing.clear();
	expect(typing.nextEnd(0)).toBeNull();
});
