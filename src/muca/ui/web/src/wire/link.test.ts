import { beforeEach, describe, expect, it } from "vitest";
import { Chance } from "../testing/chance";
import { USUAL_LIMITS } from "./limits";
import { type Answer, Link, type Login, type Outside } from "./link";
import type { Joined, Push } from "./words";

const TONY: Login = { UID: "tony", UN: "Tony", TOKEN: "t" };
const PING_MS = USUAL_LIMITS.PING_SECONDS * 1000;

const welcome = (SESSION: string): Joined => ({
	V: 2,
	SESSION,
	SERVER: { ID: "s", NAME: "Lab", VERSION: "0" },
	LIMITS: USUAL_LIMITS,
	FEATURES: [],
	ROLE: "member",
	ROOMS: [],
	PEERS: [],
});

/** The world around a link, which writes down what the link does. */
class Around implements Outside {
	connects = 0;
	isOpen = false;
	written: Record<string, unknown>[] = [];
	pushes: Push[] = [];
	logins: Login[] = [];
	link: Link;
	now = 0;

	constructor(chance: () => number = () => 1) {
		this.link = new Link(this, "p", chance);
	}

	connect(): void {
		this.connects += 1;
		this.isOpen = true;
	}

	close(): void {
		this.isOpen = false;
	}

	write(frame: string): void {
		if (!this.isOpen) throw new Error(`written into nothing: ${frame}`);
		this.written.push(JSON.parse(frame));
	}

	joined(_: Joined, login: Login): void {
		this.logins.push(login);
	}

	pushed(push: Push): void {
		this.pushes.push(push);
	}

	changed(): void {}

	get last(): Record<string, unknown> | undefined {
		return this.written.at(-1);
	}

	hear(frame: object): void {
		this.link.received(JSON.stringify(frame), this.now);
	}

	okay(RE: unknown, DATA?: unknown): void {
		this.hear({ CMD: "ACK", TYPE: "OKAY", RE, DATA });
	}

	fail(RE: unknown, CODE: string, more: object = {}): void {
		this.hear({ CMD: "ACK", TYPE: "FAIL", RE, CODE, TEXT: `no: ${CODE}`, ...more });
	}

	/** Time passes, up to the moment at which the link wants to be woken. */
	wake(): void {
		this.now = this.link.wakeAt ?? this.now;
		this.link.tick(this.now);
	}

	join(session = "one"): void {
		this.link.opened(this.now);
		this.okay("join", welcome(session));
	}
}

let around: Around;
let link: Link;

beforeEach(() => {
	around = new Around();
	link = around.link;
	link.start(TONY, 0);
});

describe("joining", () => {
	it("says JOIN, and is joined once that is answered", () => {
		link.opened(0);
		expect(around.last).toEqual({ CMD: "JOIN", V: 2, UID: "tony", UN: "Tony", TOKEN: "t", ID: "join" });
		around.okay("join", welcome("one"));
		expect(link.status).toEqual({ is: "joined" });
	});

	it("forgets the password for the token that it brought", () => {
		link.start({ UID: "tony", UN: "Tony", PASSWORD: "secret" }, 0);
		link.opened(0);
		expect(around.last).toMatchObject({ PASSWORD: "secret" });
		around.okay("join", { ...welcome("one"), TOKEN: "new" });
		expect(around.logins).toEqual([{ UID: "tony", UN: "Tony", TOKEN: "new" }]);
	});

	it("forgets the code that brought the account here: it was good once", () => {
		link.start({ ...TONY, CODE: "code" }, 0);
		link.opened(0);
		expect(around.last).toMatchObject({ TOKEN: "t", CODE: "code" });
		around.okay("join", { ...welcome("one"), TOKEN: "t" });
		expect(around.logins).toEqual([TONY]);
		link.lost(0);
		around.wake();
		link.opened(around.now);
		expect(around.last).not.toHaveProperty("CODE");
	});

	it("goes by the nickname that the account has, where none was given", () => {
		link.start({ UID: "tony", PASSWORD: "secret" }, 0);
		link.opened(0);
		expect(around.last).not.toHaveProperty("UN");
		around.okay("join", { ...welcome("one"), PEERS: [{ UID: "tony", UN: "Tony" }], TOKEN: "new" });
		expect(around.logins).toEqual([{ UID: "tony", UN: "Tony", TOKEN: "new" }]);
	});

	it("registers first, then joins with the password", () => {
		link.start({ UID: "tony", UN: "Tony", PASSWORD: "secret", register: { CODE: "c" } }, 0);
		link.opened(0);
		expect(around.last).toEqual({
			CMD: "REGISTER",
			UID: "tony",
			UN: "Tony",
			PASSWORD: "secret",
			CODE: "c",
			ID: "register",
		});
		around.okay("register");
		expect(around.last).toMatchObject({ CMD: "JOIN", PASSWORD: "secret" });
	});

	it("is over when the first JOIN is refused, even for a reason that passes: a person is there to decide", () => {
		link.opened(0);
		around.fail("join", "slow_down", { RETRY: 5 });
		expect(link.status).toMatchObject({ is: "out", ended: { CODE: "slow_down" } });
		expect(around.isOpen).toBe(false);
	});

	it("keeps trying while the server cannot be reached, with longer and longer pauses", () => {
		const pauses = [1, 2, 3].map(() => {
			link.lost(around.now);
			const pause = (link.wakeAt ?? 0) - around.now;
			around.wake();
			return pause;
		});
		expect(pauses).toEqual([500, 1_000, 2_000]);
		expect(around.connects).toBe(4);
	});

	it("gives up a connection that does not open, and a JOIN that is not answered, after ten seconds", () => {
		expect(link.wakeAt).toBe(10_000);
		around.wake();
		expect(link.status).toMatchObject({ is: "waiting", reason: "unreachable" });
		around.wake();
		link.opened(around.now);
		around.wake();
		expect(link.status).toMatchObject({ is: "waiting", reason: "unreachable" });
		expect(around.isOpen).toBe(false);
	});
});

describe("a session", () => {
	beforeEach(() => around.join());

	it("hands pushes on, and answers PING", () => {
		around.hear({ CMD: "TYPING", ROOM: "lobby", UID: "mary" });
		around.hear({ CMD: "PING" });
		expect(around.pushes).toEqual([{ CMD: "TYPING", ROOM: "lobby", UID: "mary" }]);
		expect(around.last).toEqual({ CMD: "PONG" });
	});

	it("gives each answer to who asked", () => {
		const answers: unknown[] = [];
		link.ask({ CMD: "PINS", ROOM: "a" }, (answer) => answers.push(["a", answer.TYPE]), 0);
		link.ask({ CMD: "PINS", ROOM: "b" }, (answer) => answers.push(["b", answer.TYPE]), 0);
		const [first, second] = around.written.slice(-2);
		around.fail(second?.ID, "no_such_room");
		around.okay(first?.ID);
		around.okay(first?.ID);
		expect(answers).toEqual([
			["b", "FAIL"],
			["a", "OKAY"],
		]);
	});

	it("asks a silent server whether it lives, and leaves one that does not", () => {
		around.wake();
		expect(around.now).toBe(PING_MS);
		expect(around.last).toEqual({ CMD: "PING" });
		around.hear({ CMD: "PONG" });
		around.wake();
		around.wake();
		expect(around.now).toBe(3 * PING_MS);
		expect(link.status).toMatchObject({ is: "waiting", reason: "closed", again: true });
	});

	it("gives a computer that slept the time to answer", () => {
		around.now = 3_600_000;
		link.tick(around.now);
		expect(link.status.is).toBe("joined");
		expect(around.last).toEqual({ CMD: "PING" });
	});

	it("looks at once whether the server lives when the page comes back", () => {
		link.retryNow(1_000);
		expect(around.last).toEqual({ CMD: "PING" });
		expect(link.wakeAt).toBe(6_000);
	});

	it("takes the session over on the next connection", () => {
		link.lost(around.now);
		expect(link.status).toMatchObject({ is: "waiting", reason: "closed" });
		around.wake();
		link.opened(around.now);
		expect(around.last).toMatchObject({ CMD: "JOIN", SESSION: "one" });
	});

	it("tries again at once when the browser is online again, and says so when it is not", () => {
		link.setOnline(false, 0);
		link.lost(0);
		expect(link.status).toMatchObject({ is: "waiting", reason: "offline" });
		link.setOnline(true, 1);
		expect(link.status.is).toBe("connecting");
	});

	it("comes back after a BYE that says so, and repeats what it said", () => {
		around.hear({ CMD: "BYE", CODE: "server_stopping", TEXT: "Back soon.", RESUME: true });
		expect(link.status).toMatchObject({ is: "waiting", said: "Back soon." });
		around.wake();
		expect(link.status.is).toBe("connecting");
	});

	it("does not come back after one that does not", () => {
		around.hear({ CMD: "BYE", CODE: "kicked", TEXT: "Enough.", RESUME: false });
		expect(link.status).toMatchObject({ is: "out", ended: { CODE: "kicked" } });
		expect(link.wakeAt).toBeNull();
	});

	it("tries a later JOIN again that is refused for a while, not before RETRY", () => {
		link.lost(0);
		around.wake();
		link.opened(around.now);
		around.fail("join", "uid_in_use", { RETRY: 7 });
		expect(link.wakeAt).toBe(around.now + 7_000);
		around.wake();
		link.opened(around.now);
		around.fail("join", "banned");
		expect(link.status).toMatchObject({ is: "out", ended: { CODE: "banned" } });
	});

	it("starts the pauses over once a session has held", () => {
		link.lost(0);
		around.wake();
		around.join("two");
		around.now += 31_000;
		link.lost(around.now);
		expect((link.wakeAt ?? 0) - around.now).toBe(500);
	});

	it("asks again what is lasting, and says of the rest that there is no answer", () => {
		const answers: string[] = [];
		const note = (name: string) => (answer: Answer) =>
			answers.push(`${name} ${answer.TYPE === "FAIL" ? answer.CODE : "OKAY"}`);
		link.ask({ CMD: "HISTORY" }, note("history"), 0);
		link.ask({ CMD: "EDIT" }, note("edit"), 0, { lasting: true });
		const edit = around.last;
		link.lost(0);
		link.ask({ CMD: "HISTORY" }, note("later history"), 0);
		link.ask({ CMD: "REACT" }, note("react"), 0, { lasting: true });
		around.wake();
		around.join("two");
		expect(around.written.slice(-2)).toEqual([edit, expect.objectContaining({ CMD: "REACT" })]);
		around.okay(edit?.ID);
		link.leave();
		expect(answers).toEqual(["history unreachable", "later history offline", "edit OKAY", "react unreachable"]);
	});

	describe("with a server whose answers do not come, or say not what they answer", () => {
		const answers: string[] = [];
		const ask = (name: string) => {
			const note = (answer: Answer) => answers.push(`${name} ${answer.TYPE === "FAIL" ? answer.CODE : "OKAY"}`);
			link.ask({ CMD: "SEND", MSG: name }, note, around.now);
			return around.last?.ID;
		};
		const pong = () => around.hear({ CMD: "PONG" });
		beforeEach(() => answers.splice(0));

		it("gives up what the server has not answered for thirty seconds while it lives", () => {
			ask("one");
			around.wake();
			pong();
			around.wake();
			expect([around.now, around.last]).toEqual([30_000, { CMD: "PING" }]);
			expect(answers).toEqual([]);
			pong();
			expect(answers).toEqual(["one no_answer"]);
			expect(link.wakeAt).toBe(around.now + PING_MS);
		});

		it("waits as long as answers come, and for what was asked since", () => {
			ask("one");
			const second = ask("two");
			around.now = 14_000;
			around.okay(second);
			const third = ask("three");
			around.wake();
			pong();
			around.wake();
			expect(around.now).toBe(44_000);
			const fourth = ask("four");
			pong();
			around.okay(third);
			around.okay(fourth);
			expect(answers).toEqual(["two OKAY", "one no_answer", "three no_answer", "four OKAY"]);
		});

		it("says what the server said of a frame that it could not read, soon, and waits for the others' answers until then", () => {
			ask("broken");
			const good = ask("good");
			around.fail(undefined, "bad_json");
			around.okay(good);
			around.now = 1;
			const later = ask("later");
			around.wake();
			expect(around.now).toBe(2_000);
			pong();
			around.okay(later);
			expect(answers).toEqual(["good OKAY", "broken bad_json", "later OKAY"]);
		});

		it("asks again on the next connection where the server does not live any more", () => {
			link.ask({ CMD: "EDIT" }, ({ TYPE }) => answers.push(TYPE), 0, { lasting: true });
			const edit = around.last;
			around.wake();
			around.wake();
			expect(link.status.is).toBe("waiting");
			around.wake();
			around.join("two");
			expect(around.last).toEqual(edit);
			around.okay(edit?.ID);
			expect(answers).toEqual(["OKAY"]);
		});

		it.each(["", "no JSON", "null", "7", "[]", '{"CMD":"NEWS_OF_LATER"}', '{"CMD":"ACK","TYPE":"OKAY"}'])(
			"bears %j",
			(said) => {
				link.received(said, 0);
				expect(link.status.is).toBe("joined");
			},
		);
	});

	it("takes a refusal that does not say of what for that of JOIN", () => {
		link.lost(0);
		around.wake();
		link.opened(around.now);
		around.fail(undefined, "bad_json");
		expect(link.status).toMatchObject({ is: "out", ended: { CODE: "bad_json" } });
	});

	it("sends no half characters, which no server could read", () => {
		link.ask({ CMD: "SEND", MSG: "a \ud83d b", TO: ["\ude00"] }, () => {}, 0);
		expect(around.last).toMatchObject({ MSG: "a \ufffd b", TO: ["\ufffd"] });
	});

	it("renames by taking the session over", () => {
		const answers: string[] = [];
		link.rename("Anton", ({ TYPE }) => answers.push(TYPE), 0);
		expect(link.status).toMatchObject({ reason: "renaming" });
		link.opened(0);
		expect(around.last).toMatchObject({ UN: "Anton", SESSION: "one" });
		around.okay("join", welcome("two"));
		expect(answers).toEqual(["OKAY"]);
		expect(around.logins.at(-1)?.UN).toBe("Anton");
	});

	it("goes back to the former name when the new one is refused", () => {
		const answers: string[] = [];
		link.rename("Mary", (answer) => answers.push(answer.TYPE === "FAIL" ? answer.CODE : ""), 0);
		link.opened(0);
		around.fail("join", "nickname_taken");
		link.opened(0);
		expect(around.last).toMatchObject({ UN: "Tony", SESSION: "one" });
		around.okay("join", welcome("two"));
		expect(answers).toEqual(["nickname_taken"]);
		expect(link.status.is).toBe("joined");
	});
});

/** Whatever happens in whatever order. */
function walk(seed: number): void {
	const chance = new Chance(seed);
	const around = new Around(() => chance.next());
	const { link } = around;
	const asked = new Map<string, { answers: number }>();
	const done: (() => void)[] = [
		() => link.start(TONY, around.now),
		() => link.retryNow(around.now),
		() => link.setOnline(chance.next() < 0.5, around.now),
		() => link.rename("Anton", () => {}, around.now),
		() => around.wake(),
		() => around.wake(),
		() => {
			const entry = { answers: 0 };
			const id = `r${asked.size}`;
			asked.set(id, entry);
			link.ask({ CMD: "X" }, () => entry.answers++, around.now, { id, lasting: chance.next() < 0.5 });
		},
	];
	const heard: (() => void)[] = [
		() => link.opened(around.now),
		() => link.opened(around.now),
		() => link.lost(around.now),
		() => around.hear({ CMD: "PING" }),
		() => around.hear({ CMD: "BYE", CODE: "x", TEXT: "", RESUME: chance.next() < 0.9 }),
		() => around.okay("join", welcome("s")),
		() => around.okay("join", welcome("s")),
		() => around.fail("join", chance.of(["slow_down", "banned", "nickname_taken"])),
		() => around.okay(chance.of([...asked.keys(), "?"])),
	];
	for (let step = 0; step < 300; step++) {
		around.now += chance.below(2_000);
		chance.of(around.isOpen ? [...done, ...heard] : done)();
		const { status } = link;
		expect(link.wakeAt === null).toBe(status.is === "out");
		expect(around.isOpen).toBe(status.is !== "out" && status.is !== "waiting");
		if (status.is === "waiting") {
			expect(status.retryAt).toBe(link.wakeAt);
			expect(status.retryAt - around.now).toBeLessThanOrEqual(30_000);
		}
	}
	link.leave();
	for (const { answers } of asked.values()) expect(answers).toBe(1);
}

describe("a link, whatever happens", () => {
	for (let seed = 1; seed <= 100; seed++) it(`stays whole: seed ${seed}`, () => walk(seed));
});
