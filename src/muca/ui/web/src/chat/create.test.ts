import { effect, type ReadonlySignal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { http } from "../wire/http";
import type { Chat, Conversation, Row } from "./chat";
import { createChat } from "./create";
import { FakeServer } from "./fake_server";
import { memoryShelf, type Shelf } from "./shelf";

const DEADLINE_MS = 4_000;

/** Wait until a signal's value is as wanted. */
function until<T>(signal: ReadonlySignal<T>, wanted: (value: T) => boolean): Promise<T> {
	return new Promise((resolve, reject) => {
		const late = setTimeout(() => reject(new Error(`still ${JSON.stringify(signal.peek())}`)), DEADLINE_MS);
		const stop = effect(() => {
			const { value } = signal;
			if (!wanted(value)) return;
			clearTimeout(late);
			queueMicrotask(() => stop());
			resolve(value);
		});
	});
}

const texts = (rows: readonly Row[]): string[] =>
	rows.flatMap((row) => (row.is === "message" ? [row.message.text] : []));

const has =
	(...wanted: string[]) =>
	(rows: readonly Row[]): boolean =>
		JSON.stringify(texts(rows)) === JSON.stringify(wanted);

let server: FakeServer;
let shelf: Shelf;

function chatWith(fake: FakeServer): Chat {
	return createChat({
		open: () => fake.connect(),
		shelf: async () => shelf,
		http: {
			...http,
			server: async () => ({ ID: fake.id, NAME: "Fake", VERSION: "0" }),
			authorize: async () => {},
		},
	});
}

async function joined(nickname = "Tony"): Promise<Chat> {
	const chat = chatWith(server);
	await chat.join({ by: "guest", nickname });
	return chat;
}

function lobby(chat: Chat): Conversation {
	return chat.open("lobby");
}

beforeEach(() => {
	localStorage.clear();
	server = new FakeServer();
	shelf = memoryShelf();
	server.set("mary@lab", "Mary", "here");
});

describe("the chat", () => {
	it("joins, reads and hears", async () => {
		server.say(server.find("lobby", "mary@lab"), "mary@lab", "Hello");
		const chat = await joined();
		expect(chat.link.value).toEqual({ is: "joined" });
		const { rows } = lobby(chat);
		await until(rows, has("Hello"));
		server.say(server.find("lobby", "mary@lab"), "mary@lab", "Anyone?");
		await until(rows, has("Hello", "Anyone?"));
		expect(chat.rooms.value[0]?.unread).toBe(2);
	});

	it("shows what is sent, and keeps its key when it is stored", async () => {
		const chat = await joined();
		const conversation = lobby(chat);
		conversation.send("One");
		const [, sending] = await until(conversation.rows, has("One"));
		const stored = await until(conversation.rows, (rows) => {
			const row = rows[1];
			return row?.is === "message" && row.message.seq === 1;
		});
		expect(stored[1]?.key).toBe(sending?.key);
	});

	it("sends what was written without a connection once there is one, in order and once", async () => {
		const chat = await joined();
		const conversation = lobby(chat);
		await until(conversation.loading, (loading) => loading === null);
		server.isDown = true;
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		for (const text of ["One", "Two", "Three"]) conversation.send(text);
		await until(conversation.rows, has("One", "Two", "Three"));
		server.isDown = false;
		chat.retryNow();
		await until(conversation.rows, (rows) => rows.every((row) => row.is !== "message" || row.message.seq !== null));
		expect(texts(conversation.rows.value)).toEqual(["One", "Two", "Three"]);
		expect(server.find("lobby", "mary@lab").log).toHaveLength(3);
	});

	it("fills in what was missed, and nothing twice", async () => {
		const room = server.find("lobby", "mary@lab");
		server.say(room, "mary@lab", "before");
		const chat = await joined();
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
		const chat = await joined();
		const conversation = chat.to(["mary@lab"]);
		expect(conversation.room.value).toBeNull();
		conversation.send("psst");
		await until(conversation.id, (id) => id.startsWith("d-"));
		await until(conversation.rows, has("psst"));
		expect(chat.to(["mary@lab"])).toBe(conversation);
		await until(conversation.room, (room) => room?.title === "Mary");
	});
});
