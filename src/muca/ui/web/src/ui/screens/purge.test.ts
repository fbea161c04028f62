// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { type Chat, Refusal } from "../../chat/chat";
import { fakeChat, fakeRoom } from "../../testing/fake_chat";
import { purge, purgedRooms } from "./purge";

/** A server with so many messages of the person in each room, of which it deletes two at a time; a text: why it refuses. */
function withMessages(rooms: Record<string, number | string>): { chat: Chat; left: typeof rooms } {
	const left = { ...rooms };
	const chat = {
		async ask(_: string, { ROOM }: { ROOM: string }) {
			const there = left[ROOM] ?? 0;
			if (typeof there === "string") throw new Refusal(there, there);
			left[ROOM] = Math.max(0, there - 2);
			return { DELETED: Math.min(2, there), MORE: there > 2 };
		},
	};
	return { chat: chat as unknown as Chat, left };
}

async function run(chat: Chat, rooms: readonly string[], stopAt = Infinity): Promise<number> {
	const stop = new AbortController();
	let count = 0;
	const progress = (more: number) => {
		count += more;
		if (count >= stopAt) stop.abort();
	};
	await purge(chat, "zoe", rooms, progress, stop.signal);
	return count;
}

it("asks again until nothing is left, room by room, and tells how many were deleted", async () => {
	const { chat, left } = withMessages({ lobby: 5, "r-1": 0, "r-2": 1 });
	expect(await run(chat, ["lobby", "r-1", "r-2"])).toBe(6);
	expect(left).toEqual({ lobby: 0, "r-1": 0, "r-2": 0 });
});

it("passes over rooms where it is not allowed, unless it is the only one", async () => {
	const { chat } = withMessages({ lobby: 1, "r-1": "not_allowed", "r-2": "room_archived", "r-3": 2 });
	expect(await run(chat, ["lobby", "r-1", "r-2", "r-3"])).toBe(3);
	await expect(run(chat, ["r-1"])).rejects.toThrow("not_allowed");
});

it("stops at any other failure, and goes on from there when it is run again", async () => {
	const { chat, left } = withMessages({ lobby: 3, "r-1": "offline", "r-2": 4 });
	await expect(run(chat, ["lobby", "r-1", "r-2"])).rejects.toThrow("offline");
	expect(left).toEqual({ lobby: 0, "r-1": "offline", "r-2": 4 });
	left["r-1"] = 3;
	expect(await run(chat, ["lobby", "r-1", "r-2"])).toBe(7);
});

it("can be called off, and leaves the rest", async () => {
	const { chat, left } = withMessages({ lobby: 9, "r-1": 1 });
	expect(await run(chat, ["lobby", "r-1"], 4)).toBe(4);
	expect(left).toEqual({ lobby: 5, "r-1": 1 });
});

it("is for the lobby and the rooms that one moderates, and for no conversation", () => {
	const rooms = [
		fakeRoom("lobby", "lobby"),
		fakeRoom("r-public", "named"),
		fakeRoom("r-private", "named", "", { room: { ROOM: "r-private", KIND: "named", PRIVATE: true } }),
		fakeRoom("r-own", "named", "", { room: { ROOM: "r-own", KIND: "named", PRIVATE: true, ROLE: "owner" } }),
		fakeRoom("r-archived", "named", "", { room: { ROOM: "r-archived", KIND: "named", ARCHIVED: true } }),
		fakeRoom("d-1", "direct"),
	];
	expect(purgedRooms(fakeChat({ rooms, me: { role: "moderator" } }))).toEqual(["lobby", "r-public", "r-own"]);
	expect(purgedRooms(fakeChat({ rooms, me: { role: "member" } }))).toEqual(["r-own"]);
});
