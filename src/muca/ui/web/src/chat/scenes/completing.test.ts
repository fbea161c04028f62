// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { Scene, until } from "../../testing/scene";
import { FakeFailure } from "../../testing/server/failure";
import type { FakeServer } from "../../testing/server/server";
import type { Chat } from "../chat";

let scene: Scene;
let server: FakeServer;
beforeEach(() => {
	scene = new Scene();
	server = scene.server;
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
		chat = await scene.joined();
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
