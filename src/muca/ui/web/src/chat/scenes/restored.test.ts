// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { has, lobby, Scene, texts, until } from "../../testing/scene";
import type { FakeServer } from "../../testing/server/server";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("a restored server", () => {
	it("drops what a restored server does not have, and shows what it has instead once", async () => {
		const room = scene.say("1", "2", "3");
		const chat = await scene.joined();
		const conversation = lobby(chat);
		const watch = effect(() => void conversation.rows.value);
		await until(conversation.rows, (rows) => texts(rows).length === 3);
		conversation.seen(3);
		server.isDown = true;
		const kept = texts(conversation.rows.value).slice(0, 2);
		server.restore(room, 2);
		await until(chat.link, ({ is }) => is === "waiting");
		for (const text of ["new 3", "new 4"]) server.say(room, "mary@lab", text);
		conversation.send("unsent", { replyTo: 3 });
		const reacting = conversation.react(3, "🍰").catch(() => "refused");
		server.isDown = false;
		chat.retryNow();
		await until(conversation.rows, has(...kept, "new 3", "new 4", "unsent"));
		await until(conversation.rows, (rows) => rows.every((row) => row.is !== "message" || row.message.seq !== null));
		expect(await reacting).toBe("refused");
		expect(room.message(3).REACTIONS ?? []).toEqual([]);
		expect(room.message(5)).not.toHaveProperty("REPLY_TO");
		watch();
	});

	it("keeps the text of a draft and not what it answers, also if the server was restored while the page was away", async () => {
		const first = await scene.joined();
		const draft = { text: "hm @Mary", replyTo: 3, edit: null, names: { "@Mary": [{ UID: "mary@lab" }] } };
		lobby(first).draft.value = draft;
		await first.leave();
		const uid = first.accounts.value[0]?.uid ?? "";
		const same = scene.chat();
		await same.join({ by: "known", uid });
		expect(lobby(same).draft.value).toEqual(draft);
		await same.leave();
		server.restore(server.find("lobby", uid), 0);
		const after = scene.chat();
		await after.join({ by: "known", uid });
		expect(lobby(after).draft.value).toEqual({ ...draft, replyTo: null });
	});
});
