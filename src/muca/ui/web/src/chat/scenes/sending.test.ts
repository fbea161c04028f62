// @vitest-environment happy-dom
import { computed } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { kept } from "../../testing/samples";
import { has, lobby, Scene, texts, until } from "../../testing/scene";
import { FakeFailure } from "../../testing/server/failure";
import type { FakeServer } from "../../testing/server/server";
import { memoryShelf } from "../../testing/storage";
import { HttpFailure } from "../../wire/http";
import type { Row } from "../chat";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("sending", () => {
	it("sends what was written without a connection once there is one, in order and once", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		await until(conversation.loading, (loading) => loading === null);
		server.isDown = true;
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		for (const text of ["One", "Two", "Three"]) conversation.send(text);
		await until(conversation.rows, has("One", "Two", "Three"));
		server.isDown = false;
		chat.retryNow();
		await until(conversation.rows, (rows) => {
			const messages = rows.filter((row) => row.is === "message");
			return messages.length === 3 && messages.every(({ message }) => message.seq !== null);
		});
		expect(texts(conversation.rows.value)).toEqual(["One", "Two", "Three"]);
		expect(server.find("lobby", "mary@lab").log).toHaveLength(3);
	});

	it("knows the message that it is sending by its ID, not by its text", async () => {
		const room = server.find("lobby", "mary@lab");
		server.say(room, "mary@lab", "tea?");
		const chat = await scene.joined();
		const conversation = lobby(chat);
		await until(conversation.rows, has("tea?"));
		server.isSilent = true;
		conversation.send("yes");
		const [kept] = await scene.shelf.all();
		const me = chat.me.value?.uid ?? "";
		const numbers = (rows: readonly Row[]) => rows.map((row) => row.is === "message" && row.message.seq);
		server.say(room, me, "yes", { ID: "from another window" });
		const two = await until(conversation.rows, has("tea?", "yes", "yes"));
		expect(numbers(two).slice(-2)).toEqual([2, null]);
		server.say(room, me, "yes", { ID: kept?.id ?? "" });
		const stored = await until(conversation.rows, (rows) => numbers(rows).at(-1) === 3);
		expect(numbers(stored).slice(-2)).toEqual([2, 3]);
		expect(stored.at(-1)?.key).toBe(kept?.id);
		server.append(room, { CMD: "EVENT", KIND: "delete", TS: 1, ...server.by(me), OF: 3 });
		const deleted = await until(conversation.rows, (rows) =>
			rows.some((row) => row.is === "message" && row.message.deleted),
		);
		expect(deleted.at(-1)?.key).toBe(kept?.id);
	});

	it("keeps what was refused, to be tried again or taken back", async () => {
		server.onRequest = ({ CMD }) => {
			if (CMD === "SEND") throw new FakeFailure("muted", "You are muted.");
		};
		const conversation = lobby(await scene.joined());
		conversation.send("hello");
		const failed = (rows: readonly Row[]) =>
			rows.some((row) => row.is === "message" && row.message.delivery.is === "failed");
		const rows = await until(conversation.rows, failed);
		const key = rows.at(-1)?.key ?? "";
		expect(rows.at(-1)).toMatchObject({ message: { delivery: { text: "You are muted." } } });
		server.onRequest = () => {};
		conversation.retry(key);
		const stored = await until(
			conversation.rows,
			(now) => !failed(now) && now.some((row) => row.is === "message" && row.message.seq === 1),
		);
		expect(stored.at(-1)?.key).toBe(key);
	});

	it("sends an answer to a message that was deleted meanwhile without it", async () => {
		const room = server.find("lobby", "mary@lab");
		server.say(room, "mary@lab", "tea?");
		const conversation = lobby(await scene.joined());
		await until(conversation.rows, has("tea?"));
		server.onRequest = ({ CMD, REPLY_TO }) => {
			if (CMD === "SEND" && REPLY_TO) throw new FakeFailure("no_such_event", "It was deleted.");
		};
		conversation.send("yes, please", { replyTo: 1 });
		await until(conversation.rows, (rows) => rows.some((row) => row.is === "message" && row.message.seq === 2));
		expect(room.message(2)).toMatchObject({ MSG: "yes, please" });
		expect(room.message(2)).not.toHaveProperty("REPLY_TO");
	});

	it("keeps a message with a file until there is a connection, then uploads the file and sends both", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		server.isDown = true;
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		const cake = new File(["cake"], "cake.jpg");
		conversation.send("look", { files: [cake] });
		conversation.send("isn’t it?");
		const waiting = await until(conversation.rows, has("look", "isn’t it?"));
		expect(waiting.at(-2)).toMatchObject({ message: { files: [], waiting: [cake], delivery: { is: "kept" } } });
		let halfway = (): void => {};
		const whole = scene.upload;
		scene.upload = async (file, progress) => {
			await Promise.resolve(); // nothing is told before it has begun
			progress(0.5);
			await new Promise<void>((resolve) => {
				halfway = resolve;
			});
			return whole(file, progress);
		};
		server.isDown = false;
		chat.retryNow();
		// What is not waiting for a file overtakes it.
		await until(conversation.rows, has("isn’t it?", "look"));
		await until(
			computed(() => chat.progress(cake)),
			(progress) => progress === 0.5,
		);
		halfway();
		const sent = await until(conversation.rows, (rows) =>
			rows.some((row) => row.is === "message" && row.message.seq === 2),
		);
		expect(sent.at(-1)).toMatchObject({ message: { text: "look", files: [{ NAME: "cake.jpg" }], waiting: [] } });
		expect(await scene.shelf.all()).toEqual([]);
	});

	it("says why a message does not go out with its file, and sends nothing that was taken back", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		scene.upload = () => Promise.reject(new HttpFailure("too_large", ""));
		conversation.send("look", { files: [new File(["cake"], "cake.jpg")] });
		const rows = await until(conversation.rows, (now) =>
			now.some((row) => row.is === "message" && row.message.delivery.is === "failed"),
		);
		expect(rows.at(-1)).toMatchObject({ message: { delivery: { text: expect.stringContaining("too large") } } });
		let arrive = (): void => {};
		scene.upload = async (file) => {
			await new Promise<void>((resolve) => {
				arrive = resolve;
			});
			return { FILE: "f-1", NAME: file.name, TYPE: "", BYTES: 4 };
		};
		conversation.retry(rows.at(-1)?.key ?? "");
		conversation.discard(rows.at(-1)?.key ?? "");
		arrive();
		conversation.send("never mind");
		await until(conversation.rows, (now) => now.some((row) => row.is === "message" && row.message.seq === 1));
		expect(texts(conversation.rows.value)).toEqual(["never mind"]);
	});

	it("sends nothing in the name of whoever has joined since, and the rest when one is back", async () => {
		const chat = await scene.joined();
		const me = chat.me.value?.uid ?? "";
		const sent: unknown[] = [];
		server.onRequest = ({ CMD, MSG }) => CMD === "SEND" && sent.push(MSG);
		let arrive = (): void => {};
		const whole = scene.upload;
		scene.upload = async (file, progress) => {
			await new Promise<void>((resolve) => {
				arrive = resolve;
			});
			return whole(file, progress);
		};
		lobby(chat).send("mine", { files: [new File(["cake"], "cake.jpg")] });
		await chat.leave();
		const mine = scene.shelf;
		scene.shelf = memoryShelf();
		await chat.join({ by: "guest", nickname: "Zoë" });
		arrive();
		lobby(chat).send("hers");
		await until(lobby(chat).rows, (now) => now.some((row) => row.is === "message" && row.message.seq === 1));
		expect(sent).toEqual(["hers"]);
		scene.upload = whole;
		await chat.leave();
		scene.shelf = mine;
		await chat.join({ by: "known", uid: me });
		await until(lobby(chat).rows, has("hers", "mine"));
	});

	it("sends nothing if the user leaves before the stored messages are read", async () => {
		scene.shelf.put(kept("mine"));
		const { all } = scene.shelf;
		let read = (): void => {};
		scene.shelf.all = async () => {
			await new Promise<void>((resolve) => {
				read = resolve;
			});
			return all();
		};
		const chat = await scene.joined();
		await chat.leave();
		scene.shelf = memoryShelf();
		await chat.join({ by: "guest", nickname: "Zoë" });
		read();
		await new Promise((resolve) => setTimeout(resolve)); // behind what reading has started
		await chat.ask("PINS", { ROOM: "lobby" }); // answered after what was sent before
		expect(server.find("lobby", "mary@lab").log).toEqual([]);
	});

	it("gives what was taken back, with all that belonged to it", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		server.isDown = true;
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		const info = { FILE: "f-1", NAME: "cake.jpg", TYPE: "image/jpeg", BYTES: 3 };
		const mentions = [{ UID: "mary@lab", BEGIN: 0, LENGTH: 5 }];
		conversation.send("@Mary, cake", { replyTo: 1, files: [info], mentions });
		const rows = await until(conversation.rows, has("@Mary, cake"));
		const given = conversation.discard(rows.at(-1)?.key ?? "");
		expect(given).toMatchObject({ text: "@Mary, cake", replyTo: 1, files: [info], mentions });
		await until(conversation.rows, has());
		expect(await scene.shelf.all()).toEqual([]);
		expect(conversation.discard("gone already")).toBeNull();
	});
});
