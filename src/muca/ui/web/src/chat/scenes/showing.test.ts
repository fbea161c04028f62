// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { has, Scene, until } from "../../testing/scene";
import type { FakeServer } from "../../testing/server/server";
import type { Chat, Conversation } from "../chat";
import { LiveConversation } from "../conversation";

let scene: Scene;
let server: FakeServer;
let chat: Chat;
let conversations: Conversation[];
/** The conversations whose rows were built. */
let built: Conversation[];
let stops: (() => void)[];

/** Somebody looks at five rooms at once. */
beforeEach(async () => {
	scene = new Scene();
	server = scene.server;
	chat = await scene.joined();
	const me = chat.me.value?.uid ?? "";
	const ids = ["r-1", "r-2", "r-3", "r-4"];
	for (const ROOM of ids) {
		const room = server.room({ ROOM, KIND: "named", TITLE: ROOM }, [me]);
		for (const session of server.sessions) server.tellRoom(session, room);
	}
	conversations = ["lobby", ...ids].map((id) => chat.open(id));
	stops = conversations.map(({ rows }) => effect(() => void rows.value));
	for (const { loading, room } of conversations) {
		await until(loading, (what) => what === null);
		await until(room, (now) => now !== null);
	}
	await until(chat.people, (people) => people.length === 2);
	built = [];
	vi.spyOn(LiveConversation.prototype, "showRows").mockImplementation(function (this: LiveConversation) {
		built.push(this);
		showRows.call(this);
	});
});
const { showRows } = LiveConversation.prototype;
afterEach(() => {
	vi.restoreAllMocks();
	for (const stop of stops) stop();
});

describe("a change in the outbox", () => {
	it("builds the rows of its conversation alone, from the first key to the acknowledgement", async () => {
		const [, mine] = conversations;
		if (!mine) throw new Error("no conversation");
		mine.send("one");
		await until(mine.rows, (rows) => rows.some((row) => row.is === "message" && row.message.seq === 1));
		expect(new Set(built)).toEqual(new Set([mine]));
	});

	it("builds them once, however many messages were written", async () => {
		const [, mine] = conversations;
		server.isSilent = true;
		for (const text of ["one", "two", "three"]) mine?.send(text);
		if (mine) await until(mine.rows, has("one", "two", "three"));
		expect(built).toEqual([mine]);
	});
});

it("builds the rows of a room alone when something is written in it", async () => {
	scene.say("Hello");
	await until(chat.rooms, ([lobby]) => lobby?.unread === 1);
	expect(built).toEqual([conversations[0]]);
});
