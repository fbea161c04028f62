import { signal } from "@preact/signals";
import { beforeEach, expect, it, vi } from "vitest";
import type { Member, Room } from "../wire/words";
import type { Chat } from "./chat";
import { SeenBy } from "./seen_by";

const people = (count: number) => Array.from({ length: count }, (_, at) => ({ UID: `p${at}`, UN: `P${at}` }));
const member = (UID: string, READ: number): Member => ({ UID, UN: UID, ROLE: "member", SEEN: 0, READ });

let room: Room | null;
let asked: number;
let answer: () => Promise<readonly Member[]>;
let seenBy: SeenBy;

beforeEach(() => {
	room = { ROOM: "g-1", KIND: "group", MEMBERS: people(20) };
	asked = 0;
	answer = async () => [member("me", 9), member("p1", 5)];
	const ask = async () => {
		asked += 1;
		return { MEMBERS: await answer(), MORE: false };
	};
	const rooms = { get: () => room && { room, order: 1 } };
	seenBy = new SeenBy({ me: "me", rooms, ask: ask as unknown as Chat["ask"] }, signal("g-1"));
});

const markers = () => Object.fromEntries(seenBy.markers.value);

it("requests the markers of the others once", async () => {
	seenBy.follow();
	seenBy.follow();
	await vi.waitUntil(() => seenBy.markers.value.size > 0);
	expect([asked, markers()]).toEqual([1, { p1: 5 }]);
});

it("requests nothing in a large room, or outside of it", () => {
	room = { ROOM: "g-1", KIND: "group", MEMBERS: people(21) };
	seenBy.follow();
	room = null;
	seenBy.follow();
	expect(asked).toBe(0);
});

it("requests them again after a refusal", async () => {
	answer = () => Promise.reject(new Error());
	seenBy.follow();
	await vi.waitUntil(() => {
		seenBy.follow();
		return asked === 2;
	});
});

it("never goes back, except for another history", () => {
	seenBy.read("p1", 5);
	seenBy.read("p1", 3);
	expect(markers()).toEqual({ p1: 5 });
	seenBy.forget();
	expect(markers()).toEqual({});
});
