// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { has, lobby, Scene, until } from "../../testing/scene";
import type { FakeServer } from "../../testing/server/server";
import type { Row } from "../chat";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("changing messages", () => {
	it("shows it at once, and takes it back where it is refused", async () => {
		scene.say("hers");
		const conversation = lobby(await scene.joined());
		await until(conversation.rows, has("hers"));
		const editing = conversation.edit({ seq: 1, text: "mine", names: {} });
		await until(conversation.rows, has("mine"));
		await expect(editing).rejects.toMatchObject({ code: "not_allowed" });
		const [, row] = await until(conversation.rows, has("hers"));
		expect(row).toMatchObject({ message: { change: { is: "failed", text: "One edits one's own messages." } } });
	});

	it("says whom an edit means, and shows it meanwhile", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		conversation.send("tea?");
		await until(conversation.rows, (rows) => rows.some((row) => row.is === "message" && row.message.seq === 1));
		const asked: unknown[] = [];
		server.onRequest = ({ CMD, MENTIONS }) => CMD === "EDIT" && asked.push(MENTIONS);
		server.isDown = true;
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		const places = [{ UID: "mary@lab", BEGIN: 5, LENGTH: 5 }];
		const editing = conversation.edit({ seq: 1, text: "tea, @Mary?", names: {} }, places);
		const rows = await until(conversation.rows, has("tea, @Mary?"));
		expect(rows.at(-1)).toMatchObject({ message: { mentions: places, change: { is: "kept" } } });
		server.isDown = false;
		chat.retryNow();
		await editing;
		await conversation.edit({ seq: 1, text: "tea!", names: {} });
		expect(asked).toEqual([places, undefined]);
	});

	it("reaches the server once there is a connection", async () => {
		const room = server.find("lobby", "mary@lab");
		server.say(room, "mary@lab", "tea?");
		const chat = await scene.joined();
		const conversation = lobby(chat);
		await until(conversation.rows, has("tea?"));
		server.isDown = true;
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		const reacting = conversation.react(1, "🍰");
		const thumb = (rows: readonly Row[]) =>
			rows.some((row) => row.is === "message" && row.message.reactions[0]?.COUNT === 1);
		await until(conversation.rows, thumb);
		server.isDown = false;
		chat.retryNow();
		await reacting;
		expect(room.message(1).REACTIONS).toMatchObject([{ EMOJI: "🍰", COUNT: 1 }]);
		await until(conversation.rows, thumb);
	});
});
