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

describe("coming and going", () => {
	it("comes back as the account that this browser knows", async () => {
		const first = await scene.joined();
		const uid = first.me.value?.uid ?? "";
		await first.leave();
		expect(first.link.value).toEqual({ is: "out", ended: null });
		const again = scene.chat();
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
		const chat = scene.chat();
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
		const chat = scene.chat();
		await expect(chat.join({ by: "guest", nickname: "Mary" })).rejects.toMatchObject({ code: "nickname_taken" });
		expect(chat.accounts.value).toEqual([]);
		expect(chat.link.value).toEqual({ is: "out", ended: null });
	});

	it("keeps passwords to itself where others could read them, and accounts' keys where they lead further than a name", async () => {
		const chat = await scene.joined();
		const uid = chat.me.value?.uid ?? "";
		await chat.leave();
		scene.greeting = { SECRETS: false, POLICY: "invite" };
		await chat.greet();
		const before = scene.opened;
		for (const by of [
			{ by: "password", uid: "mary@lab", password: "secret" },
			{ by: "register", uid: "new", nickname: "New", password: "secret", code: "code" },
			{ by: "known", uid },
			{ by: "handover", uid, nickname: "Tony", code: "code" },
		] as const) {
			await expect(chat.join(by)).rejects.toMatchObject({ code: "not_secure" });
		}
		expect(scene.opened).toBe(before);
		scene.greeting = { SECRETS: false, POLICY: "open" };
		await chat.greet();
		await chat.join({ by: "known", uid });
		expect(chat.me.value).toMatchObject({ uid });
	});

	it("waits for a server that cannot be reached, and can be called off", async () => {
		server.isDown = true;
		const chat = scene.chat();
		const joining = chat.join({ by: "guest", nickname: "Tony" });
		await until(chat.link, ({ is }) => is === "waiting");
		await chat.leave();
		await expect(joining).rejects.toMatchObject({ code: "cancelled" });
	});

	it("does not go on with another server at the same address", async () => {
		const chat = await scene.joined();
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
		scene.authorized = new Promise((resolve) => {
			authorize = resolve;
		});
		const chat = scene.chat();
		const joining = chat.join({ by: "guest", nickname: "Tony" });
		while (server.sessions.size === 0) await new Promise((resolve) => setTimeout(resolve));
		for (const session of server.sessions)
			session.push({ CMD: "NOTICE", CODE: "storage_failed", TEXT: "The disk is full." });
		scene.say("Hello");
		setTimeout(authorize); // behind what was pushed
		await joining;
		expect(chat.notice.value).toBe("The disk is full.");
		await until(chat.rooms, ([room]) => room?.unread === 1);
	});

	it("forgets an account that was deleted elsewhere, while it is here", async () => {
		const chat = await scene.joined();
		for (const session of server.sessions)
			session.push({ CMD: "BYE", CODE: "account_deleted", TEXT: "Deleted.", RESUME: false });
		await until(chat.link, ({ is }) => is === "out");
		expect(chat.accounts.value).toEqual([]);
	});

	it("forgets an account that was deleted elsewhere, when it is to come in again", async () => {
		const chat = await scene.joined();
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
		const chat = await scene.joined();
		const uid = chat.me.value?.uid ?? "";
		server.isSilent = true;
		lobby(chat).send("never");
		await until(lobby(chat).rows, has("never"));
		await chat.leave();
		chat.forget(uid);
		expect(chat.accounts.value).toEqual([]);
		await expect.poll(() => scene.shelf.all()).toEqual([]);
		expect(Object.keys(localStorage).filter((key) => key.includes(uid))).toEqual([]);
	});

	it("takes another nickname", async () => {
		const chat = await scene.joined();
		await chat.rename("Anton");
		await until(chat.me, (me) => me?.nickname === "Anton");
		expect(chat.link.value).toEqual({ is: "joined" });
		expect(chat.accounts.value[0]?.nickname).toBe("Anton");
	});
});
