// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { has, lobby, Scene, until } from "../../testing/scene";
import type { FakeServer } from "../../testing/server/server";
import type { Chat, Conversation } from "../chat";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("what is unread", () => {
	const kinds = ({ rows }: Conversation) => rows.value.map(({ is }) => is).join(" ");

	/** Tony, who has read “old” and comes back. */
	async function back(...missed: string[]): Promise<Chat> {
		const chat = await scene.joined();
		const uid = chat.me.value?.uid ?? "";
		await chat.leave();
		scene.say("old", ...missed).read.set(uid, 1);
		await chat.join({ by: "known", uid });
		return chat;
	}

	it("is told to be seen once a second at most, and nothing is unread at once", async () => {
		const reads: unknown[] = [];
		server.onRequest = ({ CMD, SEQ }) => {
			if (CMD === "READ") reads.push(SEQ);
		};
		const chat = await scene.joined();
		const conversation = lobby(chat);
		scene.say("one");
		await until(conversation.rows, has("one"));
		expect(chat.unread.value).toBe(1);
		conversation.seen(1);
		await until(chat.unread, (count) => count === 0);
		await expect.poll(() => reads).toEqual([1]);
		scene.say("two");
		await until(conversation.rows, has("one", "two"));
		conversation.seen(2);
		conversation.seen(2);
		expect(reads).toEqual([1]);
		await expect.poll(() => reads, { timeout: 2_000 }).toEqual([1, 2]);
	});

	it("is what has not been seen: part of it, what is last with all that follows, nothing that is looked away from", async () => {
		const chat = await back("a", "b", "c");
		const conversation = lobby(chat);
		await until(conversation.rows, has("old", "a", "b", "c"));
		expect(kinds(conversation)).toBe("day message new message message message");
		conversation.seen(null);
		expect(conversation.readTo.value).toBe(1);
		conversation.seen(3);
		await until(chat.unread, (count) => count === 1);
		const room = scene.say();
		server.append(room, { CMD: "EVENT", KIND: "react", TS: 0, FROM: "mary@lab", UN: "Mary", OF: 1, EMOJI: "👍" });
		await expect
			.poll(() => {
				conversation.seen(4);
				return conversation.readTo.value;
			})
			.toBe(5);
		expect(chat.unread.value).toBe(0);
		expect(kinds(conversation)).toBe("day message new message message message");
	});

	it("shows where the new begins until the room is scene.opened again, or one writes and has seen it", async () => {
		const chat = await back("new");
		const conversation = lobby(chat);
		await until(conversation.rows, has("old", "new"));
		conversation.send("mine");
		await until(conversation.rows, (rows) => rows.some((row) => row.is === "message" && row.message.seq === 3));
		expect(kinds(conversation)).toBe("day message new message message");
		conversation.seen(3);
		conversation.send("mine, too");
		await until(conversation.rows, has("old", "new", "mine", "mine, too"));
		expect(kinds(conversation)).not.toContain("new");
	});

	it("begins where nobody looked, also after a pause of the connection, and not where somebody looks", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		const watch = effect(() => void conversation.rows.value);
		scene.say("one");
		await until(conversation.rows, has("one"));
		expect(kinds(conversation)).toBe("day new message");
		conversation.seen(1);
		scene.say("two");
		await until(conversation.rows, has("one", "two"));
		conversation.seen(2);
		expect(kinds(conversation)).toBe("day new message message");
		server.breakAll();
		scene.say("three", "four");
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		await until(conversation.rows, has("one", "two", "three", "four"));
		expect(kinds(conversation)).toBe("day message message new message message");
		watch();
	});

	it("is scene.opened at the first unread message, however much has come since", async () => {
		const chat = await back(...Array.from({ length: 900 }, (_, index) => `${index + 2}`));
		const conversation = lobby(chat);
		const rows = await until(conversation.rows, (now) => now.length > 0);
		expect(rows.slice(0, 3).map(({ is }) => is)).toEqual(["day", "message", "new"]);
		await conversation.jumpToNewest();
		expect(kinds(conversation)).not.toContain("new");
		const key = await conversation.jumpToNew();
		expect(conversation.rows.value.find((row) => row.key === key)).toMatchObject({ message: { text: "2" } });
	});

	it("can be made again, on all devices, and stays so while one looks", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		scene.say("one", "two", "three");
		await until(conversation.rows, has("one", "two", "three"));
		conversation.seen(3);
		await until(chat.unread, (count) => count === 0);
		await conversation.markUnread(2);
		await until(chat.unread, (count) => count === 2);
		await until(conversation.rows, (rows) => rows[2]?.is === "new");
		conversation.seen(3);
		expect([conversation.readTo.value, chat.unread.value]).toEqual([1, 2]);
		lobby(chat).seen(3);
		await until(chat.unread, (count) => count === 0);
		const uid = chat.me.value?.uid ?? "";
		for (const session of server.sessions)
			session.push({ CMD: "READ", ROOM: "lobby", UID: uid, SEQ: 0, BACK: true, UNREAD: 3, MENTIONS: 0 });
		await until(chat.unread, (count) => count === 3);
		await until(conversation.rows, (rows) => rows[1]?.is === "new");
	});
});
