// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { has, lobby, Scene, texts, until } from "../../testing/scene";
import { FakeFailure } from "../../testing/server/failure";
import type { FakeServer } from "../../testing/server/server";
import type { Message } from "../../wire/words";
import type { Copy, Overview } from "../cache";
import type { Chat } from "../chat";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("without the server", () => {
	/** Have the copy written, as when a page goes. */
	const goAway = async (chat: Chat): Promise<string> => {
		const before = (await scene.cache.read())?.overview.asOf ?? 0;
		await expect
			.poll(() => {
				dispatchEvent(new Event("pagehide"));
				return scene.cache.read();
			})
			.toSatisfy((copy: Copy | null) => (copy?.overview.asOf ?? 0) > before);
		return chat.me.value?.uid ?? "";
	};
	const breakDown = () => {
		scene.answersHttp = false;
		server.isDown = true;
		server.breakAll();
	};
	const backUp = (chat: Chat) => {
		scene.answersHttp = true;
		server.isDown = false;
		chat.retryNow();
	};
	/** Tony has read what Mary said in the lobby, and the page is gone. */
	const read = async (...said: string[]): Promise<string> => {
		scene.say(...said);
		return readBy(await scene.joined(), said);
	};
	const readBy = async (chat: Chat, said: readonly string[]): Promise<string> => {
		await until(lobby(chat).rows, has(...said));
		return await goAway(chat);
	};
	const start = async (uid: string): Promise<Chat> => {
		const chat = scene.chat();
		await chat.comeBack(uid);
		return chat;
	};

	it("opens with what this browser keeps, says how old it is, and takes what is written", async () => {
		const uid = await read("One", "Two");
		breakDown();
		const chat = await start(uid);
		expect(chat.link.value.is).toBe("waiting");
		expect(chat.asOf.value).toBeLessThanOrEqual(Date.now());
		expect(chat.me.value).toMatchObject({ uid, nickname: "Tony" });
		expect(chat.rooms.value.map(({ id }) => id)).toEqual(["lobby"]);
		const conversation = lobby(chat);
		await until(conversation.rows, has("One", "Two"));
		conversation.send("Three");
		await until(conversation.rows, has("One", "Two", "Three"));
		const again = await start(uid); // a reload
		await until(lobby(again).rows, has("One", "Two", "Three"));
		backUp(again);
		await until(again.link, ({ is }) => is === "joined");
		expect(again.asOf.value).toBeNull();
		await until(
			lobby(again).rows,
			(rows) =>
				has("One", "Two", "Three")(rows) && rows.every((row) => row.is !== "message" || row.message.seq !== null),
		);
		expect(server.find("lobby", "mary@lab").log).toHaveLength(3);
	});

	it("shows nothing any more that the server does not give any more, as soon as it is here", async () => {
		const optics = server.room({ ROOM: "r-optics", KIND: "named", TITLE: "Optics" });
		const chat = await scene.joined();
		const uid = chat.me.value?.uid ?? "";
		optics.members.add(uid);
		await chat.ask("ENTER", { ROOM: "r-optics" });
		server.say(optics, "mary@lab", "secret");
		await until(chat.open("r-optics").rows, (rows) => texts(rows).includes("secret"));
		const lobbyRoom = server.find("lobby", "mary@lab");
		for (const text of ["One", "Two", "Three"]) server.say(lobbyRoom, "mary@lab", text);
		await readBy(chat, ["One", "Two", "Three"]);
		breakDown();
		const later = await start(uid);
		await until(later.open("r-optics").rows, (rows) => texts(rows).includes("secret"));
		const { rows } = lobby(later);
		const watching = effect(() => void rows.value);
		await until(rows, has("One", "Two", "Three"));
		server.append(lobbyRoom, { CMD: "EVENT", KIND: "delete", TS: 0, FROM: "mary@lab", UN: "Mary", OF: 1 });
		lobbyRoom.log[1] = { ...(lobbyRoom.log[1] as Message), MSG: "", DELETED: true }; // of retention no event tells
		optics.members.delete(uid);
		server.rooms.delete("r-optics");
		backUp(later);
		await until(rows, has("", "", "Three"));
		await until(later.rooms, (rooms) => rooms.length === 1);
		await until(later.open("r-optics").rows, has());
		watching();
	});

	it("shows once what the server has already, though its answer came too late for the page that wrote it", async () => {
		const chat = await scene.joined();
		server.onRequest = ({ CMD }) => {
			if (CMD === "SEND") server.isSilent = true;
		};
		lobby(chat).send("One");
		await expect.poll(() => server.find("lobby", "mary@lab").log.length).toBe(1);
		server.breakAll();
		server.isSilent = false;
		const again = await start(chat.me.value?.uid ?? "");
		await until(lobby(again).rows, (rows) => rows.some((row) => row.is === "message" && row.message.seq === 1));
		expect(texts(lobby(again).rows.value)).toEqual(["One"]);
	});

	it("reads the newest of other rooms ahead, to have it then", async () => {
		const chat = await scene.joined();
		const uid = chat.me.value?.uid ?? "";
		server.say(server.conversation(["mary@lab", uid]), "mary@lab", "psst");
		await until(chat.rooms, ({ length }) => length === 2);
		await expect
			.poll(async () => {
				dispatchEvent(new Event("pagehide"));
				return [...((await scene.cache.read())?.logs.keys() ?? [])].length;
			})
			.toBe(2);
		breakDown();
		const later = await start(uid);
		await until(later.to(["mary@lab"]).rows, has("psst"));
	});

	it("shows what is kept as well where the server is there and does not answer", async () => {
		const uid = await read("One");
		server.isSilent = true;
		const chat = await start(uid);
		expect(chat.link.value).toEqual({ is: "joining" });
		await until(lobby(chat).rows, has("One"));
	});

	it("makes no change of a former epoch in the one that the server has now", async () => {
		const uid = await read("One");
		breakDown();
		const chat = await start(uid);
		await until(lobby(chat).rows, has("One"));
		const removing = lobby(chat).remove(1);
		server.epoch = "epoch-2";
		backUp(chat);
		await expect(removing).rejects.toMatchObject({ code: "unreachable" });
		await until(chat.link, ({ is }) => is === "joined");
		expect(server.find("lobby", "mary@lab").log).toHaveLength(1);
	});

	it.each([
		["who leaves", async (chat: Chat) => chat.leave()],
		[
			"whom the server puts out",
			async () => {
				for (const session of server.sessions) session.push({ CMD: "BYE", CODE: "banned", TEXT: "", RESUME: false });
			},
		],
	])("keeps nothing of %s", async (_, end) => {
		const chat = await scene.joined();
		await goAway(chat);
		await end(chat);
		await until(chat.link, ({ is }) => is === "out");
		expect(await scene.cache.read()).toBeNull();
		dispatchEvent(new Event("pagehide"));
		expect(await scene.cache.read()).toBeNull();
	});

	it("keeps nothing of whose token is not taken any more", async () => {
		const uid = await read("One");
		breakDown();
		const chat = await start(uid);
		server.onRequest = ({ CMD }) => {
			if (CMD === "JOIN") throw new FakeFailure("token_wrong", "Signed out.");
		};
		backUp(chat);
		await until(chat.link, ({ is }) => is === "out");
		expect(chat.me.value).toBeNull();
		expect(await scene.cache.read()).toBeNull();
	});

	it("does without a copy that cannot be read", async () => {
		const uid = await read("One");
		const { overview } = (await scene.cache.read()) ?? {};
		await scene.cache.write({ ...overview, rooms: null } as unknown as Overview, new Map(), new Set());
		breakDown();
		const chat = scene.chat();
		void chat.comeBack(uid);
		await until(chat.link, ({ is }) => is === "waiting");
		expect(chat.me.value).toBeNull();
		backUp(chat);
		await until(chat.me, (me) => me?.uid === uid);
	});

	it("leaves in all tabs where an account is forgotten in one", async () => {
		const chat = await scene.joined();
		const uid = await goAway(chat);
		scene.chat().forget(uid);
		dispatchEvent(new StorageEvent("storage"));
		await until(chat.link, ({ is }) => is === "out");
		expect(await scene.cache.read()).toBeNull();
	});

	it("waits where a refusal passes, with what is kept", async () => {
		const uid = await read("One");
		breakDown();
		const chat = await start(uid);
		server.onRequest = ({ CMD }) => {
			if (CMD === "JOIN") throw new FakeFailure("slow_down", "Later.", 60);
		};
		backUp(chat);
		await until(chat.link, (link) => link.is === "waiting" && link.text === "Later.");
		await until(lobby(chat).rows, has("One"));
	});
});
