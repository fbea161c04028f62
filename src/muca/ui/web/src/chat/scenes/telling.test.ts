// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { Scene, until } from "../../testing/scene";
import type { FakeServer } from "../../testing/server/server";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("what is told to listeners", () => {
	it("counts mentions, and tells who listens", async () => {
		const chat = await scene.joined();
		const heard: string[] = [];
		const stop = chat.onMessage(({ is, message, room }) =>
			heard.push(`${is} ${room.id} ${message.text} ${message.mentionsMe}`),
		);
		scene.say("@Tony!");
		await until(chat.mentions, (count) => count === 1);
		stop();
		scene.say("again");
		await until(chat.unread, (count) => count === 2);
		expect(heard).toEqual(["new lobby @Tony! true"]);
	});

	it("tells of edits and deletions of what others said, and of a mention if it is the edit that makes it", async () => {
		const chat = await scene.joined();
		const room = scene.say("one", "two");
		await until(chat.unread, (count) => count === 2);
		const heard: unknown[] = [];
		const stop = chat.onMessage(({ is, message: { seq, text, mentionsMe, deleted }, at }) =>
			heard.push([is, seq, text, mentionsMe, deleted, at]),
		);
		const about = { CMD: "EVENT" as const, TS: 0, FROM: "mary@lab", UN: "Mary" };
		const UID = chat.me.value?.uid ?? "";
		server.append(room, { ...about, KIND: "edit", OF: 1, MSG: "@Tony", COUNTS: [{ UID, SEQ: 3, BY: 1 }] });
		server.append(room, { ...about, KIND: "edit", OF: 1, MSG: "@Tony!", MENTIONS: [UID] });
		server.append(room, { ...about, KIND: "delete", OF: 2, FROM: "mod@lab", AUTHOR: "mary@lab" });
		server.append(room, { ...about, KIND: "react", OF: 1, EMOJI: "👍" });
		await expect
			.poll(() => heard)
			.toEqual([
				["edited", 1, "@Tony", true, false, 3],
				["edited", 1, "@Tony!", false, false, 4],
				["deleted", 2, "", false, true, 5],
			]);
		stop();
	});

	it("tells what was missed: all of it after the page was away, after a pause what is new", async () => {
		const chat = await scene.joined();
		const uid = chat.me.value?.uid ?? "";
		const missed: unknown[] = [];
		chat.onMissed((all) => missed.push(all.map(({ room, unread, mentions }) => [room.id, unread, mentions])));
		await chat.leave();
		scene.say("one", "@Tony two");
		await chat.join({ by: "known", uid });
		expect(missed).toEqual([[["lobby", 2, 1]]]);
		server.breakAll();
		const direct = server.conversation([uid, "mary@lab"]);
		server.say(direct, "mary@lab", "psst");
		scene.say("three");
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		await until(chat.unread, (count) => count === 4);
		expect(missed[1]).toEqual([
			["lobby", 1, 0],
			[direct.id, 1, 1],
		]);
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		await until(chat.link, ({ is }) => is === "joined");
		expect(missed).toHaveLength(2);
	});
});
