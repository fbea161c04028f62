// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { has, lobby, Scene, texts, until } from "../../testing/scene";
import { FakeFailure } from "../../testing/server/failure";
import type { FakeServer } from "../../testing/server/server";
import type { Row } from "../chat";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("reading", () => {
	const fill = (count: number) => scene.say(...Array.from({ length: count }, (_, index) => `${index + 1}`));

	it("reads on at both ends, and jumps", async () => {
		fill(1_000);
		const conversation = lobby(await scene.joined());
		await until(conversation.rows, (rows) => texts(rows).at(-1) === "1000");
		await until(conversation.loading, (loading) => loading === null);
		await conversation.loadOlder();
		expect(texts(conversation.rows.value)).toHaveLength(300);
		const key = await conversation.jumpTo(300);
		expect(conversation.rows.value.find((row) => row.key === key)).toMatchObject({ message: { text: "300" } });
		expect(conversation.hasNewer.value).toBe(true);
		await conversation.loadNewer();
		expect(texts(conversation.rows.value)).toHaveLength(300);
		await conversation.jumpToNewest();
		expect(texts(conversation.rows.value).at(-1)).toBe("1000");
		expect(conversation.hasNewer.value).toBe(false);
	});

	it("reads on until there is something to see", async () => {
		const room = fill(3);
		for (let count = 0; count < 250; count++) {
			const KIND = count % 2 ? "unreact" : "react";
			server.append(room, { CMD: "EVENT", KIND, TS: 0, FROM: "mary@lab", UN: "Mary", OF: 1, EMOJI: "👍" });
		}
		const conversation = lobby(await scene.joined());
		await until(conversation.hasOlder, (more) => more);
		await until(conversation.loading, (loading) => loading === null);
		await conversation.loadOlder();
		expect(texts(conversation.rows.value)).toEqual(["1", "2", "3"]);
	});

	it("jumps to a day", async () => {
		server.now = () => server.find("lobby", "mary@lab").log.length * 1_000;
		fill(500);
		const conversation = lobby(await scene.joined());
		const key = await conversation.jumpToDate(250_000);
		expect(conversation.rows.value.find((row) => row.key === key)).toMatchObject({ message: { text: "251" } });
	});

	it("has what is quoted, from wherever it is", async () => {
		fill(500);
		const conversation = lobby(await scene.joined());
		await until(conversation.rows, (rows) => rows.length > 0);
		expect(conversation.message(490).value).toMatchObject({ text: "490" });
		expect(await until(conversation.message(3), (quote) => quote !== "loading")).toMatchObject({ text: "3" });
		expect(await until(conversation.message(9_999), (quote) => quote !== "loading")).toBeNull();
	});

	it("says why it could not read, and reads once it can", async () => {
		fill(3);
		server.onRequest = ({ CMD }) => {
			if (CMD === "HISTORY") throw new FakeFailure("storage_unavailable", "The disk is full.");
		};
		const chat = await scene.joined();
		const conversation = lobby(chat);
		expect(await until(conversation.trouble, (trouble) => trouble !== null)).toBe("The disk is full.");
		server.onRequest = () => {};
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		await until(conversation.rows, has("1", "2", "3"));
		await until(conversation.trouble, (trouble) => trouble === null);
	});

	it("begins anew at the first new message where too much was missed, or else at the end", async () => {
		const room = fill(50);
		const chat = await scene.joined();
		const conversation = lobby(chat);
		const watch = effect(() => void conversation.rows.value);
		await until(conversation.rows, (rows) => texts(rows).length === 50);
		const without = async (change: () => void) => {
			server.breakAll();
			change();
			await until(chat.link, ({ is }) => is === "waiting");
			chat.retryNow();
		};
		await without(() => fill(3_000));
		const rows = await until(conversation.rows, (now) => now.some(({ is }) => is === "new"));
		const at = rows.findIndex(({ is }) => is === "new");
		expect([texts(rows.slice(0, at)).at(-1), texts(rows.slice(at))[0]]).toEqual(["50", "1"]);
		expect(conversation.hasNewer.value).toBe(true);
		await without(() => room.log.splice(20)); // the log was set back
		await until(conversation.rows, (now) => texts(now).at(-1) === "20");
		expect(texts(conversation.rows.value)).toHaveLength(20);
		watch();
	});

	it("composes little while five hundred messages are deleted, and shows in all of them that they are", async () => {
		const conversation = lobby(await scene.joined());
		const { rows } = conversation;
		const room = fill(500);
		await until(rows, (now) => texts(now).at(-1) === "500");
		let changes = 0;
		const stop = effect(() => {
			changes += rows.value.length > 0 ? 1 : 0;
		});
		for (let OF = 500; OF > 0; OF--)
			server.append(room, { CMD: "EVENT", KIND: "delete", TS: 0, FROM: "mod@lab", UN: "Mod", AUTHOR: "mary@lab", OF });
		const isGone = (row: Row) => row.is !== "message" || row.message.deleted;
		await until(rows, (now) => now.every(isGone));
		stop();
		expect(changes).toBeLessThan(50);
		expect(rows.value.filter((row) => row.is === "message")).not.toHaveLength(0);
	});

	it("composes little for a thousand messages at once", async () => {
		const { rows } = lobby(await scene.joined());
		let changes = 0;
		const stop = effect(() => {
			changes += rows.value.length > 0 ? 1 : 0;
		});
		fill(1_000);
		await until(rows, (now) => texts(now).at(-1) === "1000");
		stop();
		expect(changes).toBeLessThan(100);
	});
});
