import { beforeEach, expect, test } from "vitest";
import { event } from "../testing/samples";
import { Mutes } from "./mutes";

let mutes: Mutes;
beforeEach(() => {
	mutes = new Mutes("me");
});

const mute = (SEQ: number, ROOM = "r", UNTIL?: number) =>
	event(SEQ, "mute", { ROOM, UID: "me", ...(UNTIL !== undefined && { UNTIL }) });

test("a mute holds in its room, until its time or until it is lifted", () => {
	mutes.hear(mute(1, "r", 500));
	expect([mutes.until("r"), mutes.until("other")]).toEqual([500, 0]);
	mutes.hear(mute(2));
	expect(mutes.until("r")).toBe(Infinity);
	mutes.hear(event(3, "unmute", { ROOM: "r", UID: "me" }));
	expect(mutes.until("r")).toBe(0);
});

test("a mute on the server holds everywhere", () => {
	mutes.hear(mute(1, "lobby", 500));
	expect([mutes.until("lobby"), mutes.until("r")]).toEqual([500, 500]);
});

test("what is read later but happened before changes nothing, nor does what others are", () => {
	mutes.hear(event(5, "unmute", { ROOM: "r", UID: "me" }));
	mutes.hear(mute(4));
	mutes.hear(event(6, "mute", { ROOM: "r", UID: "zoe" }));
	expect(mutes.until("r")).toBe(0);
});

test("what the server says now is later than the log so far", () => {
	mutes.now("r", 7, Infinity);
	mutes.hear(event(6, "unmute", { ROOM: "r", UID: "me" }));
	expect(mutes.until("r")).toBe(Infinity);
	mutes.hear(event(8, "unmute", { ROOM: "r", UID: "me" }));
	expect(mutes.until("r")).toBe(0);
});
