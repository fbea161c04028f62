// @vitest-environment happy-dom
import { computed, effect, type ReadonlySignal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { HttpFailure, http } from "../wire/http";
import type { FileInfo, Message, ServerInfo } from "../wire/words";
import type { Cache, Copy, Overview } from "./cache";
import type { Chat, Conversation, Row } from "./chat";
import { createChat } from "./create";
import { EMPTY_DRAFT } from "./drafts";
import { FakeFailure, FakeRoom, FakeServer } from "./fake_server";
import { memoryCache, memoryShelf } from "./samples";
import type { Shelf } from "./shelf";

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
let cache: Cache;
/** How many connections there have been. */
let opened = 0;
/** What the server says of itself besides. */
let greeting: Partial<ServerInfo>;
let answersHttp: boolean;
/** Over once HTTP knows the session. */
let authorized: Promise<void>;

/** Brings a file to the server. */
let upload: (file: File, progress: (share: number) => void) => Promise<FileInfo>;

function chatWith(fake: FakeServer): Chat {
	return createChat({
		open: () => {
			opened += 1;
			return fake.connect();
		},
		shelf: async () => shelf,
		cache: () => cache,
		http: {
			...http,
			async server() {
				if (!answersHttp) throw new HttpFailure("unreachable", "");
				return { ID: fake.id, NAME: "Fake", VERSION: "0", ...greeting };
			},
			authorize: () => authorized,
			upload: (file, _session, progress) => ({ done: upload(file, progress), cancel() {} }),
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
	cache = memoryCache();
	greeting = {};
	answersHttp = true;
	authorized = Promise.resolve();
	upload = async (file) => {
		const info = { FILE: `f-${file.name}`, NAME: file.name, TYPE: file.type, BYTES: file.size };
		server.files.set(info.FILE, info);
		return info;
	};
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
		expect(chat.rooms.value[0]?.unread).toBe(1);
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
		await until(conversation.rows, (rows) => {
			const messages = rows.filter((row) => row.is === "message");
			return messages.length === 3 && messages.every(({ message }) => message.seq !== null);
		});
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

	it("knows all its conversations, also those that JOIN does not list", async () => {
		server.roomsInJoin = 3;
		server.roomsAPage = 2;
		const chat = await joined();
		const me = chat.me.value?.uid ?? "";
		const conversations = [..."abcdefg"].map((name) => server.conversation([me, name]));
		for (const [at, room] of conversations.entries())
			server.say(room, [...room.members].find((uid) => uid !== me) ?? "", "hi", { TS: at });
		const isWhole = (unread: readonly number[]) => (rooms: Chat["rooms"]["value"]) =>
			JSON.stringify(rooms.map((room) => room.unread)) === JSON.stringify(unread);
		for (const oldest of [1, 2]) {
			server.breakAll();
			chat.retryNow();
			await until(chat.link, ({ is }) => is === "joined");
			await until(chat.rooms, isWhole([0, 1, 1, 1, 1, 1, 1, oldest]));
			server.say(server.conversation([me, "a"]), "a", "again", { TS: 0 });
		}
		await until(chat.rooms, isWhole([0, 3, 1, 1, 1, 1, 1, 1]));
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

	it("shows what was for people in their room, when that came into being another way", async () => {
		const chat = await joined();
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
});

describe("coming and going", () => {
	it("comes back as the account that this browser knows", async () => {
		const first = await joined();
		const uid = first.me.value?.uid ?? "";
		await first.leave();
		expect(first.link.value).toEqual({ is: "out", ended: null });
		const again = chatWith(server);
		expect(again.accounts.value).toEqual([{ uid, nickname: "Tony" }]);
		await again.join({ by: "known", uid });
		expect(again.me.value).toMatchObject({ uid, nickname: "Tony" });
	});

	it("brings an account from another address of the server, with a token that is kept beforehand", async () => {
		const joins: Record<string, unknown>[] = [];
		server.onRequest = (fields) => {
			if (fields.CMD !== "JOIN") return;
			joins.push(fields);
			if (fields.CODE === "old") throw new FakeFailure("code_wrong", "It is too old.");
		};
		const chat = chatWith(server);
		const credentials = { by: "handover", uid: "tony-1", nickname: "Tony", code: "old" } as const;
		await expect(chat.join(credentials)).rejects.toMatchObject({ code: "code_wrong" });
		expect(chat.accounts.value).toEqual([]);
		await chat.join({ ...credentials, code: "good" });
		expect(chat.me.value).toMatchObject({ uid: "tony-1", nickname: "Tony" });
		await chat.leave();
		await expect(chat.join(credentials)).rejects.toMatchObject({ code: "code_wrong" });
		expect(chat.accounts.value).toEqual([{ uid: "tony-1", nickname: "Tony" }]); // it was here before
		await chat.join({ by: "known", uid: "tony-1" });
		const [first, second, third, last] = joins.map(({ TOKEN }) => TOKEN);
		expect(first).toMatch(/^[a-z2-7]{40}$/);
		expect(first).not.toBe(second);
		expect([third, last]).toEqual([second, second]);
		expect(joins.at(-1)).not.toHaveProperty("CODE");
	});

	it("says why it was refused, and does not remember a guest that never was", async () => {
		server.onRequest = ({ CMD }) => {
			if (CMD === "JOIN") throw new FakeFailure("nickname_taken", "Somebody has that name.");
		};
		const chat = chatWith(server);
		await expect(chat.join({ by: "guest", nickname: "Mary" })).rejects.toMatchObject({ code: "nickname_taken" });
		expect(chat.accounts.value).toEqual([]);
		expect(chat.link.value).toEqual({ is: "out", ended: null });
	});

	it("keeps passwords to itself where others could read them, and accounts' keys where they lead further than a name", async () => {
		const chat = await joined();
		const uid = chat.me.value?.uid ?? "";
		await chat.leave();
		greeting = { SECRETS: false, POLICY: "invite" };
		await chat.greet();
		const before = opened;
		for (const by of [
			{ by: "password", uid: "mary@lab", password: "secret" },
			{ by: "register", uid: "new", nickname: "New", password: "secret", code: "code" },
			{ by: "known", uid },
			{ by: "handover", uid, nickname: "Tony", code: "code" },
		] as const) {
			await expect(chat.join(by)).rejects.toMatchObject({ code: "not_secure" });
		}
		expect(opened).toBe(before);
		greeting = { SECRETS: false, POLICY: "open" };
		await chat.greet();
		await chat.join({ by: "known", uid });
		expect(chat.me.value).toMatchObject({ uid });
	});

	it("finds out what rooms are called that one is not in", async () => {
		const chat = await joined();
		for (const id of ["r-9", "r-8"])
			server.rooms.set(id, new FakeRoom({ ROOM: id, KIND: "named", TITLE: `Title ${id}` }));
		let asked = 0;
		server.onRequest = ({ CMD }) => {
			asked += CMD === "ROOMS" ? 1 : 0;
		};
		const titles: (string | undefined)[] = [];
		const stop = effect(() => {
			titles.splice(0, 2, chat.room("r-9")?.title, chat.room("r-8")?.title);
		});
		await expect.poll(() => titles).toEqual(["Title r-9", "Title r-8"]);
		stop();
		expect(asked).toBe(1);
	});

	it("waits for a server that cannot be reached, and can be called off", async () => {
		server.isDown = true;
		const chat = chatWith(server);
		const joining = chat.join({ by: "guest", nickname: "Tony" });
		await until(chat.link, ({ is }) => is === "waiting");
		await chat.leave();
		await expect(joining).rejects.toMatchObject({ code: "cancelled" });
	});

	it("does not go on with another server at the same address", async () => {
		const chat = await joined();
		server.id = "another";
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		const link = await until(chat.link, ({ is }) => is === "out");
		expect(link).toMatchObject({ ended: { code: "other_server" } });
		expect(chat.me.value).toBeNull();
	});

	it("hears what the server says directly after the first JOIN", async () => {
		let authorize = () => {};
		authorized = new Promise((resolve) => {
			authorize = resolve;
		});
		const chat = chatWith(server);
		const joining = chat.join({ by: "guest", nickname: "Tony" });
		while (server.sessions.size === 0) await new Promise((resolve) => setTimeout(resolve));
		for (const session of server.sessions)
			session.push({ CMD: "NOTICE", CODE: "storage_failed", TEXT: "The disk is full." });
		server.say(server.find("lobby", "mary@lab"), "mary@lab", "Hello");
		setTimeout(authorize); // behind what was pushed
		await joining;
		expect(chat.notice.value).toBe("The disk is full.");
		await until(chat.rooms, ([room]) => room?.unread === 1);
	});

	it("forgets an account that was deleted elsewhere, while it is here", async () => {
		const chat = await joined();
		for (const session of server.sessions)
			session.push({ CMD: "BYE", CODE: "account_deleted", TEXT: "Deleted.", RESUME: false });
		await until(chat.link, ({ is }) => is === "out");
		expect(chat.accounts.value).toEqual([]);
	});

	it("forgets an account that was deleted elsewhere, when it is to come in again", async () => {
		const chat = await joined();
		const { uid = "" } = chat.accounts.value[0] ?? {};
		await chat.leave();
		expect(chat.accounts.value).toHaveLength(1);
		server.onRequest = ({ CMD }) => {
			if (CMD === "JOIN") throw new FakeFailure("account_deleted", "It is deleted.");
		};
		await expect(chat.join({ by: "known", uid })).rejects.toThrow("It is deleted.");
		expect(chat.accounts.value).toEqual([]);
	});

	it("forgets an account with all that it has left here", async () => {
		const chat = await joined();
		const uid = chat.me.value?.uid ?? "";
		server.isSilent = true;
		lobby(chat).send("never");
		await until(lobby(chat).rows, has("never"));
		await chat.leave();
		chat.forget(uid);
		expect(chat.accounts.value).toEqual([]);
		await expect.poll(() => shelf.all()).toEqual([]);
		expect(Object.keys(localStorage).filter((key) => key.includes(uid))).toEqual([]);
	});

	it("takes another nickname", async () => {
		const chat = await joined();
		await chat.rename("Anton");
		await until(chat.me, (me) => me?.nickname === "Anton");
		expect(chat.link.value).toEqual({ is: "joined" });
		expect(chat.accounts.value[0]?.nickname).toBe("Anton");
	});

	it("knows who is here, and whose messages it may not have heard of", async () => {
		const chat = await joined();
		await until(chat.people, (people) => people.length === 2);
		server.set("mary@lab", "Mary", "away");
		await until(chat.people, (people) => people.some(({ presence }) => presence === "away"));
		expect(chat.person("mary@lab")).toMatchObject({ nickname: "Mary", presence: "away" });
		expect(chat.complete("ma", "lobby").map(({ person }) => person.uid)).toEqual(["mary@lab"]);
	});

	describe("completes names", () => {
		let chat: Chat;
		let me: string;
		const among = (room: string, within: boolean) =>
			chat.complete("", room).flatMap(({ person, isInRoom }) => (isInRoom === within ? person.uid : []));
		const completed = (room: string) => among(room, true);
		beforeEach(async () => {
			server.set("henry@lab", "Henry", "here");
			server.set("zoe@lab", "Zoë", "gone");
			chat = await joined();
			await until(chat.people, (people) => people.length === 4);
			me = chat.me.value?.uid ?? "";
		});

		const roomWith = async (uid: string) => {
			const room = server.room({ ROOM: "r-1", KIND: "named", TITLE: "Optics", PRIVATE: true }, [me, uid]);
			for (const session of server.sessions) server.tellRoom(session, room);
			await until(chat.rooms, (rooms) => rooms.some(({ id }) => id === "r-1"));
			return room;
		};

		it("of those who are banned from the server last, until the ban is lifted", async () => {
			const lobbyRoom = server.find("lobby", me);
			const about = { CMD: "EVENT", TS: 0, FROM: "henry@lab", UN: "Henry", UID: "mary@lab" } as const;
			server.append(lobbyRoom, { ...about, KIND: "ban" });
			await expect.poll(() => among("lobby", false)).toEqual(["mary@lab"]);
			expect(completed("lobby")).toEqual(["henry@lab", "zoe@lab"]);
			server.append(lobbyRoom, { ...about, KIND: "unban" });
			await expect.poll(() => among("lobby", false)).toEqual([]);
		});

		it("of those in a named room first, whoever comes and goes", async () => {
			const room = await roomWith("zoe@lab");
			expect(completed("r-1")).toEqual([]);
			chat.readMembers("r-1");
			await expect.poll(() => completed("r-1")).toEqual(["zoe@lab"]);
			expect(among("r-1", false)).toEqual(["henry@lab", "mary@lab"]);
			expect(chat.complete("", "r-1").map(({ person }) => person.uid)).toEqual(["zoe@lab", "henry@lab", "mary@lab"]);
			server.append(room, { CMD: "EVENT", KIND: "invite", TS: 1, ...server.by(me), UID: "mary@lab" });
			await expect.poll(() => completed("r-1")).toEqual(["mary@lab", "zoe@lab"]);
			server.append(room, { CMD: "EVENT", KIND: "exit", TS: 2, ...server.by("zoe@lab") });
			await expect.poll(() => completed("r-1")).toEqual(["mary@lab"]);
		});

		it("of those one writes to first, before there is a room as well", async () => {
			const { id } = chat.to(["henry@lab"]);
			expect(completed(id.value)).toEqual(["henry@lab"]);
			expect(among(id.value, false)).toEqual(["mary@lab", "zoe@lab"]);
			server.conversation([me, "mary@lab"]);
			await expect.poll(() => completed(chat.to(["mary@lab"]).id.value)).toEqual(["mary@lab"]);
			expect(completed("lobby")).toEqual(["henry@lab", "mary@lab", "zoe@lab"]);
		});

		it("of nobody else in a room whose members are too many to read", async () => {
			const room = await roomWith("zoe@lab");
			for (let number = 0; number < 1_200; number++) {
				server.set(`a${number}`, `Extra ${number}`, "here");
				room.members.add(`a${number}`);
			}
			chat.readMembers("r-1");
			await expect.poll(() => completed("r-1").length).toBe(1_000);
			expect(among("r-1", false)).toEqual([]);
		});

		it("again when the members could not be read at first, or the connection was gone", async () => {
			const room = await roomWith("mary@lab");
			let refused = 0;
			server.onRequest = ({ CMD }) => {
				if (CMD !== "MEMBERS") return;
				refused += 1;
				throw new FakeFailure("slow_down", "Slow down.");
			};
			chat.readMembers("r-1");
			chat.readMembers("r-1");
			await expect.poll(() => refused).toBe(1);
			expect(completed("r-1")).toEqual([]);
			server.onRequest = () => {};
			await expect
				.poll(() => {
					chat.readMembers("r-1");
					return completed("r-1");
				})
				.toEqual(["mary@lab"]);
			server.breakAll();
			await until(chat.link, ({ is }) => is === "waiting");
			room.members.delete("mary@lab");
			room.members.add("henry@lab");
			chat.retryNow();
			await until(chat.link, ({ is }) => is === "joined");
			chat.readMembers("r-1");
			await expect.poll(() => completed("r-1")).toEqual(["henry@lab"]);
		});
	});
});

describe("without the server", () => {
	/** Have the copy written, as when a page goes. */
	const goAway = async (chat: Chat): Promise<string> => {
		const before = (await cache.read())?.overview.asOf ?? 0;
		await expect
			.poll(() => {
				dispatchEvent(new Event("pagehide"));
				return cache.read();
			})
			.toSatisfy((copy: Copy | null) => (copy?.overview.asOf ?? 0) > before);
		return chat.me.value?.uid ?? "";
	};
	const breakDown = () => {
		answersHttp = false;
		server.isDown = true;
		server.breakAll();
	};
	const backUp = (chat: Chat) => {
		answersHttp = true;
		server.isDown = false;
		chat.retryNow();
	};
	/** Tony has read what Mary said in the lobby, and the page is gone. */
	const read = async (...said: string[]): Promise<string> => {
		for (const text of said) server.say(server.find("lobby", "mary@lab"), "mary@lab", text);
		return readBy(await joined(), said);
	};
	const readBy = async (chat: Chat, said: readonly string[]): Promise<string> => {
		await until(lobby(chat).rows, has(...said));
		return await goAway(chat);
	};
	const start = async (uid: string): Promise<Chat> => {
		const chat = chatWith(server);
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
		const chat = await joined();
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
		const chat = await joined();
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
		const chat = await joined();
		const uid = chat.me.value?.uid ?? "";
		server.say(server.conversation(["mary@lab", uid]), "mary@lab", "psst");
		await until(chat.rooms, ({ length }) => length === 2);
		await expect
			.poll(async () => {
				dispatchEvent(new Event("pagehide"));
				return [...((await cache.read())?.logs.keys() ?? [])].length;
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
		const chat = await joined();
		await goAway(chat);
		await end(chat);
		await until(chat.link, ({ is }) => is === "out");
		expect(await cache.read()).toBeNull();
		dispatchEvent(new Event("pagehide"));
		expect(await cache.read()).toBeNull();
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
		expect(await cache.read()).toBeNull();
	});

	it("does without a copy that cannot be read", async () => {
		const uid = await read("One");
		const { overview } = (await cache.read()) ?? {};
		await cache.write({ ...overview, rooms: null } as unknown as Overview, new Map(), new Set());
		breakDown();
		const chat = chatWith(server);
		void chat.comeBack(uid);
		await until(chat.link, ({ is }) => is === "waiting");
		expect(chat.me.value).toBeNull();
		backUp(chat);
		await until(chat.me, (me) => me?.uid === uid);
	});

	it("leaves in all tabs where an account is forgotten in one", async () => {
		const chat = await joined();
		const uid = await goAway(chat);
		chatWith(server).forget(uid);
		dispatchEvent(new StorageEvent("storage"));
		await until(chat.link, ({ is }) => is === "out");
		expect(await cache.read()).toBeNull();
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

describe("reading", () => {
	const fill = (count: number) => {
		const room = server.find("lobby", "mary@lab");
		for (let number = 1; number <= count; number++) server.say(room, "mary@lab", `${number}`);
		return room;
	};

	it("reads on at both ends, and jumps", async () => {
		fill(1_000);
		const conversation = lobby(await joined());
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
		const conversation = lobby(await joined());
		await until(conversation.hasOlder, (more) => more);
		await until(conversation.loading, (loading) => loading === null);
		await conversation.loadOlder();
		expect(texts(conversation.rows.value)).toEqual(["1", "2", "3"]);
	});

	it("jumps to a day", async () => {
		server.now = () => server.find("lobby", "mary@lab").log.length * 1_000;
		fill(500);
		const conversation = lobby(await joined());
		const key = await conversation.jumpToDate(250_000);
		expect(conversation.rows.value.find((row) => row.key === key)).toMatchObject({ message: { text: "251" } });
	});

	it("has what is quoted, from wherever it is", async () => {
		fill(500);
		const conversation = lobby(await joined());
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
		const chat = await joined();
		const conversation = lobby(chat);
		expect(await until(conversation.trouble, (trouble) => trouble !== null)).toBe("The disk is full.");
		server.onRequest = () => {};
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		await until(conversation.rows, has("1", "2", "3"));
		await until(conversation.trouble, (trouble) => trouble === null);
	});

	it("passes on what of the server does not work, until it does", async () => {
		const chat = await joined();
		const tell = (fields: object): void => {
			for (const session of server.sessions) session.push({ CMD: "NOTICE", ...fields });
		};
		expect(chat.notice.value).toBeNull();
		tell({ CODE: "storage_unavailable", TEXT: "The disk is full." });
		expect(await until(chat.notice, (notice) => notice !== null)).toBe("The disk is full.");
		tell({ TEXT: "The disk works again." });
		await until(chat.notice, (notice) => notice === null);
		tell({ CODE: "storage_damaged", TEXT: "Damaged." });
		await until(chat.notice, (notice) => notice !== null);
		server.breakAll();
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		await until(chat.notice, (notice) => notice === null);
	});

	it("begins anew at the first new message where too much was missed, or else at the end", async () => {
		const room = fill(50);
		const chat = await joined();
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

	it("drops what a restored server does not have, and shows what it has instead once", async () => {
		const room = fill(3);
		const chat = await joined();
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
		const first = await joined();
		const draft = { text: "hm @Mary", replyTo: 3, edit: null, names: { "@Mary": [{ UID: "mary@lab" }] } };
		lobby(first).draft.value = draft;
		await first.leave();
		const uid = first.accounts.value[0]?.uid ?? "";
		const same = chatWith(server);
		await same.join({ by: "known", uid });
		expect(lobby(same).draft.value).toEqual(draft);
		await same.leave();
		server.restore(server.find("lobby", uid), 0);
		const after = chatWith(server);
		await after.join({ by: "known", uid });
		expect(lobby(after).draft.value).toEqual({ ...draft, replyTo: null });
	});

	it("composes little while five hundred messages are deleted, and shows in all of them that they are", async () => {
		const conversation = lobby(await joined());
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
		const { rows } = lobby(await joined());
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

describe("what is unread", () => {
	const say = (...texts: string[]) => {
		const room = server.find("lobby", "mary@lab");
		for (const text of texts) server.say(room, "mary@lab", text);
		return room;
	};
	const kinds = ({ rows }: Conversation) => rows.value.map(({ is }) => is).join(" ");

	/** Tony, who has read “old” and comes back. */
	async function back(...missed: string[]): Promise<Chat> {
		const chat = await joined();
		const uid = chat.me.value?.uid ?? "";
		await chat.leave();
		say("old", ...missed).read.set(uid, 1);
		await chat.join({ by: "known", uid });
		return chat;
	}

	it("is told to be seen once a second at most, and nothing is unread at once", async () => {
		const reads: unknown[] = [];
		server.onRequest = ({ CMD, SEQ }) => {
			if (CMD === "READ") reads.push(SEQ);
		};
		const chat = await joined();
		const conversation = lobby(chat);
		say("one");
		await until(conversation.rows, has("one"));
		expect(chat.unread.value).toBe(1);
		conversation.seen(1);
		await until(chat.unread, (count) => count === 0);
		await expect.poll(() => reads).toEqual([1]);
		say("two");
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
		const room = say();
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

	it("shows where the new begins until the room is opened again, or one writes and has seen it", async () => {
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
		const chat = await joined();
		const conversation = lobby(chat);
		const watch = effect(() => void conversation.rows.value);
		say("one");
		await until(conversation.rows, has("one"));
		expect(kinds(conversation)).toBe("day new message");
		conversation.seen(1);
		say("two");
		await until(conversation.rows, has("one", "two"));
		conversation.seen(2);
		expect(kinds(conversation)).toBe("day new message message");
		server.breakAll();
		say("three", "four");
		await until(chat.link, ({ is }) => is === "waiting");
		chat.retryNow();
		await until(conversation.rows, has("one", "two", "three", "four"));
		expect(kinds(conversation)).toBe("day message message new message message");
		watch();
	});

	it("is opened at the first unread message, however much has come since", async () => {
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
		const chat = await joined();
		const conversation = lobby(chat);
		say("one", "two", "three");
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

	it("counts mentions, and tells who listens", async () => {
		const chat = await joined();
		const heard: string[] = [];
		const stop = chat.onMessage(({ is, message, room }) =>
			heard.push(`${is} ${room.id} ${message.text} ${message.mentionsMe}`),
		);
		server.say(server.find("lobby", "mary@lab"), "mary@lab", "@Tony!");
		await until(chat.mentions, (count) => count === 1);
		stop();
		server.say(server.find("lobby", "mary@lab"), "mary@lab", "again");
		await until(chat.unread, (count) => count === 2);
		expect(heard).toEqual(["new lobby @Tony! true"]);
	});

	it("tells of edits and deletions of what others said, and of a mention if it is the edit that makes it", async () => {
		const chat = await joined();
		const room = say("one", "two");
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
		const chat = await joined();
		const uid = chat.me.value?.uid ?? "";
		const missed: unknown[] = [];
		chat.onMissed((all) => missed.push(all.map(({ room, unread, mentions }) => [room.id, unread, mentions])));
		await chat.leave();
		say("one", "@Tony two");
		await chat.join({ by: "known", uid });
		expect(missed).toEqual([[["lobby", 2, 1]]]);
		server.breakAll();
		const direct = server.conversation([uid, "mary@lab"]);
		server.say(direct, "mary@lab", "psst");
		say("three");
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

	it("shows who types, for a while", async () => {
		const chat = await joined();
		server.tell(server.find("lobby", "mary@lab"), { CMD: "TYPING", ROOM: "lobby", UID: "mary@lab" });
		await until(chat.rooms, ([room]) => room?.typing[0] === "mary@lab");
		server.say(server.find("lobby", "mary@lab"), "mary@lab", "done");
		await until(chat.rooms, ([room]) => room?.typing.length === 0);
	});

	it("knows how far others have read in a conversation", async () => {
		const chat = await joined();
		const conversation = chat.to(["mary@lab"]);
		conversation.send("psst");
		await until(conversation.rows, has("psst"));
		const room = server.conversation([chat.me.value?.uid ?? "", "mary@lab"]);
		server.tell(room, { CMD: "READ", ROOM: room.id, UID: "mary@lab", SEQ: 1 });
		await until(conversation.seenBy, (seen) => seen.get("mary@lab") === 1);
	});
});

describe("changing what was said", () => {
	it("shows it at once, and takes it back where it is refused", async () => {
		server.say(server.find("lobby", "mary@lab"), "mary@lab", "hers");
		const conversation = lobby(await joined());
		await until(conversation.rows, has("hers"));
		const editing = conversation.edit({ seq: 1, text: "mine", names: {} });
		await until(conversation.rows, has("mine"));
		await expect(editing).rejects.toMatchObject({ code: "not_allowed" });
		const [, row] = await until(conversation.rows, has("hers"));
		expect(row).toMatchObject({ message: { change: { is: "failed", text: "One edits one's own messages." } } });
	});

	it("says whom an edit means, and shows it meanwhile", async () => {
		const chat = await joined();
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
		const chat = await joined();
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

	it("keeps what was refused, to be tried again or taken back", async () => {
		server.onRequest = ({ CMD }) => {
			if (CMD === "SEND") throw new FakeFailure("muted", "You are muted.");
		};
		const conversation = lobby(await joined());
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
		const conversation = lobby(await joined());
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
		const chat = await joined();
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
		const whole = upload;
		upload = async (file, progress) => {
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
		expect(await shelf.all()).toEqual([]);
	});

	it("says why a message does not go out with its file, and sends nothing that was taken back", async () => {
		const chat = await joined();
		const conversation = lobby(chat);
		upload = () => Promise.reject(new HttpFailure("too_large", ""));
		conversation.send("look", { files: [new File(["cake"], "cake.jpg")] });
		const rows = await until(conversation.rows, (now) =>
			now.some((row) => row.is === "message" && row.message.delivery.is === "failed"),
		);
		expect(rows.at(-1)).toMatchObject({ message: { delivery: { text: expect.stringContaining("too large") } } });
		let arrive = (): void => {};
		upload = async (file) => {
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
		const chat = await joined();
		const me = chat.me.value?.uid ?? "";
		const sent: unknown[] = [];
		server.onRequest = ({ CMD, MSG }) => CMD === "SEND" && sent.push(MSG);
		let arrive = (): void => {};
		const whole = upload;
		upload = async (file, progress) => {
			await new Promise<void>((resolve) => {
				arrive = resolve;
			});
			return whole(file, progress);
		};
		lobby(chat).send("mine", { files: [new File(["cake"], "cake.jpg")] });
		await chat.leave();
		const mine = shelf;
		shelf = memoryShelf();
		await chat.join({ by: "guest", nickname: "Zoë" });
		arrive();
		lobby(chat).send("hers");
		await until(lobby(chat).rows, (now) => now.some((row) => row.is === "message" && row.message.seq === 1));
		expect(sent).toEqual(["hers"]);
		upload = whole;
		await chat.leave();
		shelf = mine;
		await chat.join({ by: "known", uid: me });
		await until(lobby(chat).rows, has("hers", "mine"));
	});

	it("gives what was taken back, with all that belonged to it", async () => {
		const chat = await joined();
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
		expect(await shelf.all()).toEqual([]);
		expect(conversation.discard("gone already")).toBeNull();
	});

	it("asks the server which message is the newest once that one was deleted, and only then", async () => {
		const me = "tony@lab";
		const room = server.conversation([me, "mary@lab"]);
		for (const text of ["one", "two"]) server.say(room, "mary@lab", text);
		const asked: unknown[] = [];
		server.onRequest = ({ CMD, OWN }) => {
			if (CMD === "ROOMS") asked.push(OWN);
		};
		const chat = chatWith(server);
		await chat.join({ by: "password", uid: me, password: "secret" });
		const last = computed(() => chat.rooms.value.find(({ id }) => id === room.id)?.room.LAST?.MSG);
		await until(last, (text) => text === "two");
		server.say(room, "mary@lab", "three");
		await until(last, (text) => text === "three");
		expect(asked).toEqual([]);
		server.append(room, { CMD: "EVENT", KIND: "delete", OF: 3, TS: server.now(), ...server.by("mary@lab") });
		await until(last, (text) => text === "two");
		expect(asked).toEqual([true]);
	});

	it("keeps a draft for each room", async () => {
		const chat = await joined();
		const conversation = lobby(chat);
		conversation.draft.value = { ...EMPTY_DRAFT, text: "hm" };
		await until(chat.rooms, ([room]) => room?.draft === "hm");
		conversation.draft.value = EMPTY_DRAFT;
		await until(chat.rooms, ([room]) => room?.draft === null);
	});
});
