// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { has, lobby, Scene, until } from "../../testing/scene";
import { FakeFailure } from "../../testing/server/failure";
import type { FakeServer } from "../../testing/server/server";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("the chat", () => {
	it("joins, reads and hears", async () => {
		scene.say("Hello");
		const chat = await scene.joined();
		expect(chat.link.value).toEqual({ is: "joined" });
		const { rows } = lobby(chat);
		await until(rows, has("Hello"));
		scene.say("Anyone?");
		await until(rows, has("Hello", "Anyone?"));
		expect(chat.rooms.value[0]?.unread).toBe(1);
	});

	it("shows what is sent, and keeps its key when it is stored", async () => {
		const chat = await scene.joined();
		const conversation = lobby(chat);
		conversation.send("One");
		const [, sending] = await until(conversation.rows, has("One"));
		const stored = await until(conversation.rows, (rows) => {
			const row = rows[1];
			return row?.is === "message" && row.message.seq === 1;
		});
		expect(stored[1]?.key).toBe(sending?.key);
	});

	it("fills in what was missed, and nothing twice", async () => {
		const room = server.find("lobby", "mary@lab");
		server.say(room, "mary@lab", "before");
		const chat = await scene.joined();
		const { rows } = lobby(chat);
		await until(rows, has("before"));
		server.breakAll();
		server.say(room, "mary@lab", "meanwhile");
		chat.retryNow();
		await until(rows, has("before", "meanwhile"));
		server.say(room, "mary@lab", "after");
		await until(rows, has("before", "meanwhile", "after"));
	});

	it("makes a room of people with the first message", async () => {
		const chat = await scene.joined();
		const conversation = chat.to(["mary@lab"]);
		expect(conversation.room.value).toBeNull();
		conversation.send("psst");
		await until(conversation.id, (id) => id.startsWith("d-"));
		await until(conversation.rows, has("psst"));
		expect(chat.to(["mary@lab"])).toBe(conversation);
		await until(conversation.room, (room) => room?.title === "Mary");
	});

	it("shows what was for people in their room, when that came into being another way", async () => {
		const chat = await scene.joined();
		const conversation = chat.to(["mary@lab"]);
		server.onRequest = ({ CMD }) => {
			if (CMD === "SEND") throw new FakeFailure("muted", "You are muted.");
		};
		conversation.send("psst");
		await until(conversation.rows, (rows) =>
			rows.some((row) => row.is === "message" && row.message.delivery.is === "failed"),
		);
		const room = server.conversation(["mary@lab", chat.me.value?.uid ?? ""]);
		server.say(room, "mary@lab", "are you there?");
		await until(conversation.rows, has("are you there?", "psst"));
	});

	it("shows who types, for a while", async () => {
		const chat = await scene.joined();
		server.tell(server.find("lobby", "mary@lab"), { CMD: "TYPING", ROOM: "lobby", UID: "mary@lab" });
		await until(chat.rooms, ([room]) => room?.typing[0] === "mary@lab");
		scene.say("done");
		await until(chat.rooms, ([room]) => room?.typing.length === 0);
	});

	it("knows how far others have read in a conversation", async () => {
		const chat = await scene.joined();
		const conversation = chat.to(["mary@lab"]);
		conversation.send("psst");
		await until(conversation.rows, has("psst"));
		const room = server.conversation([chat.me.value?.uid ?? "", "mary@lab"]);
		server.tell(room, { CMD: "READ", ROOM: room.id, UID: "mary@lab", SEQ: 1 });
		await until(conversation.seenBy, (seen) => seen.get("mary@lab") === 1);
	});
});
