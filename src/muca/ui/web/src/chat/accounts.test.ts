// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { Accounts, guestUid } from "./accounts";

beforeEach(() => localStorage.clear());

describe("Accounts", () => {
	it("makes up a guest, and has its token kept before anybody hears of it", () => {
		const { uid, token } = new Accounts("server").invent("Tony");
		expect(token).toMatch(/^[a-z2-7]{40}$/);
		expect(new Accounts("server").find(uid)).toEqual({ uid, nickname: "Tony", token });
	});

	it("lists the latest used first, without tokens", () => {
		const accounts = new Accounts("server");
		accounts.put({ uid: "tony", nickname: "Tony", token: "a" });
		accounts.put({ uid: "mary", nickname: "Mary", token: "b" });
		accounts.put({ uid: "tony", nickname: "Anton", token: "c" });
		expect(accounts.list).toEqual([
			{ uid: "tony", nickname: "Anton" },
			{ uid: "mary", nickname: "Mary" },
		]);
		expect(accounts.find("tony")?.token).toBe("c");
	});

	it("forgets, and keeps servers apart", () => {
		const accounts = new Accounts("server");
		accounts.put({ uid: "tony", nickname: "Tony", token: "a" });
		expect(new Accounts("other").list).toEqual([]);
		accounts.forget("tony");
		expect(accounts.find("tony")).toBeNull();
	});
});

describe("guestUid", () => {
	it("can be read, and is nobody else's", () => {
		expect(guestUid("Tony Smith")).toMatch(/^tony-smith-[a-z2-7]{6}$/);
		expect(guestUid("Tony")).not.toBe(guestUid("Tony"));
	});

	it("can be made of any name, and is never too long", () => {
		expect(guestUid("🐈")).toMatch(/^guest-/);
		expect(guestUid("山田 健二")).toMatch(/^山田-健二-/);
		expect(guestUid("Ｔｏｎｙ\u202e<b>")).toMatch(/^tony-b-/);
		expect([...guestUid("x".repeat(500))].length).toBeLessThan(40);
	});
});
