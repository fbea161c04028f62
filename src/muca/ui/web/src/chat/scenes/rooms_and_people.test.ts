// @vitest-environment happy-dom
import { computed, effect } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { lobby, Scene, until } from "../../testing/scene";
import { FakeRoom } from "../../testing/server/room";
import type { FakeServer } from "../../testing/server/server";
import type { Chat } from "../chat";
import { EMPTY_DRAFT } from "../drafts";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
});

describe("rooms and people", () => {
	it("knows all its conversations, also those that JOIN does not list", async () => {
		server.roomsInJoin = 3;
		server.roomsAPage = 2;
		const chat = await scene.joined();
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

	it("learns who is online beyond the people that JOIN lists", async () => {
		server.peersAPage = 2;
		for (const name of "abcdef") server.set(`${name}@lab`, name, name === "e" ? "away" : "here");
		const chat = await scene.joined();
		const others = (presence: string) => (people: Chat["people"]["value"]) =>
			[..."abcdef"].every((name) =>
				people.some(({ uid, presence: is }) => uid === `${name}@lab` && is === (name === "e" ? "away" : presence)),
			);
		await until(chat.people, others("here"));
		server.set("f@lab", "f", "gone");
		await until(chat.people, (people) => people.some(({ uid, presence }) => uid === "f@lab" && presence === "gone"));
	});

	it("finds out what rooms are called that one is not in", async () => {
		const chat = await scene.joined();
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

	it("knows who is here, and whose messages it may not have heard of", async () => {
		const chat = await scene.joined();
		await until(chat.people, (people) => people.length === 2);
		server.set("mary@lab", "Mary", "away");
		await until(chat.people, (people) => people.some(({ presence }) => presence === "away"));
		expect(chat.person("mary@lab")).toMatchObject({ nickname: "Mary", presence: "away" });
		expect(chat.complete("ma", "lobby").map(({ person }) => person.uid)).toEqual(["mary@lab"]);
	});

	it("asks the server which message is the newest once that one was deleted, and only then", async () => {
		const me = "tony@lab";
		const room = server.conversation([me, "mary@lab"]);
		for (const text of ["one", "two"]) server.say(room, "mary@lab", text);
		const asked: unknown[] = [];
		server.onRequest = ({ CMD, OWN }) => {
			if (CMD === "ROOMS") asked.push(OWN);
		};
		const chat = scene.chat();
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
		const chat = await scene.joined();
		const conversation = lobby(chat);
		conversation.draft.value = { ...EMPTY_DRAFT, text: "hm" };
		await until(chat.rooms, ([room]) => room?.draft === "hm");
		conversation.draft.value = EMPTY_DRAFT;
		await until(chat.rooms, ([room]) => room?.draft === null);
	});

	it("passes on what of the server does not work, until it does", async () => {
		const chat = await scene.joined();
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
});
