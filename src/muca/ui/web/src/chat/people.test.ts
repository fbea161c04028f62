import { beforeEach, describe, expect, it } from "vitest";
import { message } from "../testing/samples";
import { folded, isBanned, People } from "./people";

let people: People;
beforeEach(() => {
	people = new People();
	people.start(
		[
			{ UID: "mary@lab", UN: "Mary Smith" },
			{ UID: "zoe@lab", UN: "Zoë" },
			{ UID: "henry@lab", UN: "Henry" },
		],
		["henry@lab"],
		["zoe@lab"],
	);
});

const names = () => people.list.map(({ nickname }) => nickname);
const everyone = () => true;

describe("People", () => {
	it("lists who is here first, then who is away, then the rest, by name", () => {
		people.name("adam@lab", "Adam");
		people.push({ CMD: "PEER", TYPE: "JOINED", UID: "bert@lab", UN: "Bert" }, 0);
		expect(names()).toEqual(["Bert", "Mary Smith", "Zoë", "Henry", "Adam"]);
	});

	it("adds those whom JOIN did not list", () => {
		people.here([{ UID: "adam@lab", UN: "Adam" }], []);
		people.here([{ UID: "zoe@lab", UN: "Zoë" }], ["zoe@lab"]);
		expect(names()).toEqual(["Adam", "Mary Smith", "Henry", "Zoë"]);
	});

	it("follows who comes, goes, is away and back", () => {
		const push = (TYPE: "JOINED" | "LEFT" | "AWAY" | "BACK" | "RENAMED", UN = "Mary Smith") =>
			people.push({ CMD: "PEER", TYPE, UID: "mary@lab", UN }, 5);
		push("AWAY");
		expect(people.get("mary@lab").presence).toBe("away");
		push("RENAMED", "Maria");
		expect(people.get("mary@lab")).toMatchObject({ presence: "away", nickname: "Maria" });
		push("BACK", "Maria");
		expect(people.get("mary@lab").presence).toBe("here");
		push("LEFT", "Maria");
		expect(people.get("mary@lab")).toMatchObject({ presence: "gone", seenMs: 5 });
	});

	it("knows who goes by the same name as somebody else", () => {
		people.name("mary2", "MARY SMITH");
		expect(["mary@lab", "mary2", "zoe@lab"].map((uid) => people.hasNamesake(uid))).toEqual([true, true, false]);
		people.push({ CMD: "PEER", TYPE: "RENAMED", UID: "mary@lab", UN: "Maria" }, 0);
		expect(people.hasNamesake("mary2")).toBe(false);
	});

	it("sees nobody without a connection, and keeps their names", () => {
		people.absent();
		expect(people.list.every(({ presence }) => presence === "gone")).toBe(true);
		expect(people.get("mary@lab").nickname).toBe("Mary Smith");
	});

	it("knows whom one ignores, strangers too", () => {
		expect(people.get("zoe@lab").ignored).toBe(true);
		people.ignore(["nobody@lab"]);
		expect(people.get("zoe@lab").ignored).toBe(false);
		expect(people.get("nobody@lab").ignored).toBe(true);
	});

	it("calls those who are here as they call themselves, others as they were called last", () => {
		people.name("mary@lab", "Old Mary");
		people.wrote(message(1, { FROM: "mary@lab", UN: "Older Mary" }));
		expect(people.get("mary@lab").nickname).toBe("Mary Smith");
		people.wrote(message(2, { FROM: "gone@lab", UN: "Gustav" }));
		people.name("gone@lab", "Gus");
		expect(people.get("gone@lab")).toMatchObject({ nickname: "Gus", presence: "gone" });
	});

	it("knows who looks after the server, by the members of the lobby only", () => {
		const mary = { UID: "mary@lab", UN: "Mary", ROLE: "owner", SEEN: 0 } as const;
		people.members([mary], false);
		expect(people.get("mary@lab").role).toBe("member");
		people.members([mary], true);
		expect(people.get("mary@lab").role).toBe("owner");
		people.role("mary@lab", "moderator");
		expect(people.get("mary@lab").role).toBe("moderator");
	});

	it("knows who is banned from the server, from when they are read, until it is lifted or over", () => {
		const zoe = { UID: "zoe@lab", UN: "Zoë", ROLE: "member", SEEN: 0 } as const;
		const banned = () => ["mary@lab", "zoe@lab"].map((uid) => isBanned(people.get(uid)));
		people.members([{ ...zoe, BANNED_UNTIL: Date.now() + 60_000 }], true);
		expect(banned()).toEqual([false, true]);
		people.members([zoe], false); // members of a room are told nothing of it
		expect(banned()).toEqual([false, true]);
		people.ban("zoe@lab", 0);
		people.ban("mary@lab", Date.now() + 60_000);
		expect(banned()).toEqual([true, false]);
		people.ban("mary@lab", Date.now() - 1);
		expect(banned()).toEqual([false, false]);
		people.restore([{ ...people.get("zoe@lab"), bannedUntil: 2 ** 53 }], []);
		expect(banned()).toEqual([false, true]);
		expect(names()).toContain("Zoë"); // so that what she wrote is hers, and not another Zoë's
	});

	it("leaves out whose account is deleted, and still has what to call them", () => {
		people.wrote(message(1, { FROM: "ann@lab", UN: "Deleted account" }));
		expect(names()).not.toContain("Deleted account");
		expect(people.complete("del", everyone)).toEqual([]);
		expect(people.get("ann@lab").nickname).toBe("Deleted account");
		people.wrote(message(2, { FROM: "bert@lab", UN: "Bert" }));
		expect(names()).toContain("Bert");
		people.wrote(message(2, { FROM: "bert@lab", UN: "Deleted account" })); // as it is read again
		expect(names()).not.toContain("Bert");
	});

	it("lists who is here, whatever they call themselves", () => {
		people.push({ CMD: "PEER", TYPE: "JOINED", UID: "joker@lab", UN: "Deleted account" }, 0);
		expect(names()).toContain("Deleted account");
	});

	it("is the same list while nothing changes", () => {
		const { list } = people;
		people.name("henry@lab", "Henry");
		people.ignore(["zoe@lab"]);
		expect(people.list).toBe(list);
	});
});

describe("complete", () => {
	const completed = (prefix: string) => people.complete(prefix, everyone).map(({ uid }) => uid);

	it("finds by the name, a word of it, and the UID, in this order", () => {
		people.name("s@lab", "Sam");
		people.name("smith.uid@lab", "Other");
		expect(completed("s")).toEqual(["s@lab", "mary@lab", "smith.uid@lab"]);
	});

	it("finds a name by as many of its words as are written, and nobody by what follows a name", () => {
		people.name("anna@lab", "Anna Maria von der Heide");
		people.name("short@lab", "Anna");
		for (const prefix of ["anna ", "anna maria v", "anna maria von der ", "Maria von d"])
			expect(completed(prefix)).toEqual(["anna@lab"]);
		expect(completed("anna maria von der heide ")).toEqual([]);
		expect(completed("zoe can you come")).toEqual([]);
	});

	it("does not mind case, width and accents", () => {
		for (const prefix of ["zoe", "ZOË", "Ｚｏ"]) expect(completed(prefix)).toEqual(["zoe@lab"]);
	});

	it("has everyone for nothing, and only those who are asked for", () => {
		expect(completed("")).toHaveLength(3);
		expect(people.complete("", (uid) => uid === "mary@lab")).toHaveLength(1);
		expect(completed("xyz")).toEqual([]);
	});
});

it("folds names", () => {
	expect(folded("Ｚoë ÅNGSTRÖM")).toBe("zoe angstrom");
});
