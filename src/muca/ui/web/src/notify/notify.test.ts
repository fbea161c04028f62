// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeChat, fakeRoom } from "../testing/fake_chat";
import { setLevel, setSound } from "./wishes";

const { playSound } = vi.hoisted(() => ({ playSound: vi.fn() }));
vi.mock("./sound", () => ({ playSound }));

/** The browser's notifications, which the test browser does not have. */
class FakeNotification {
	static permission = "granted";
	static shown: FakeNotification[] = [];
	onclick: (() => void) | null = null;
	onclose: (() => void) | null = null;
	close = vi.fn();
	get tag(): string {
		return this.options.tag;
	}
	constructor(
		readonly title: string,
		readonly options: { body: string; tag: string },
	) {
		FakeNotification.shown.push(this);
	}
}

const lobby = fakeRoom("lobby", "lobby", "", { mentions: 2 });
const direct = fakeRoom("d-1", "direct", "Mary");
const message = {
	seq: 7,
	nickname: "Mary",
	text: "psst",
	mentionsMe: false,
	own: false,
	ignored: false,
	deleted: false,
};
let stop = () => {};

async function start(looking: boolean) {
	vi.stubGlobal("Notification", FakeNotification);
	vi.stubGlobal("isSecureContext", true);
	vi.spyOn(document, "hasFocus").mockReturnValue(looking);
	vi.resetModules();
	const { startNotifying } = await import("./notify");
	const chat = fakeChat({ rooms: [lobby, direct] });
	const where = signal<string | null>("Everyone");
	stop = startNotifying(chat, where);
	return { chat, where };
}

beforeEach(() => {
	FakeNotification.shown = [];
	playSound.mockClear();
});
afterEach(() => {
	stop();
	setLevel("mentions");
	setSound(false);
	localStorage.clear();
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

describe("while nobody looks", () => {
	it("shows private messages, and leads to them", async () => {
		const { chat } = await start(false);
		chat.hear(message, direct);
		await vi.waitFor(() => expect(FakeNotification.shown).toHaveLength(1));
		const [shown] = FakeNotification.shown;
		expect(shown).toMatchObject({ title: "Mary", options: { body: "psst", tag: "d-1/7" } });
		shown?.onclick?.();
		const { route } = await import("../ui/route");
		expect(route.value).toMatchObject({ is: "room", room: "d-1", seq: 7 });
		expect(playSound).not.toHaveBeenCalled();
	});

	it("says where, and how many files where there are no words", async () => {
		const { chat } = await start(false);
		chat.hear({ ...message, text: "", mentionsMe: true, files: [{}, {}] as never }, lobby);
		await vi.waitFor(() => expect(FakeNotification.shown).toHaveLength(1));
		expect(FakeNotification.shown[0]).toMatchObject({ title: "Mary in Everyone", options: { body: "2 files" } });
	});
});

describe("what was told", () => {
	async function shown(count: number): Promise<FakeNotification[]> {
		await vi.waitFor(() => expect(FakeNotification.shown).toHaveLength(count));
		return FakeNotification.shown;
	}

	it("goes once it was deleted, here or by somebody else, and not before", async () => {
		const { chat } = await start(false);
		chat.hear(message, direct);
		chat.hear({ ...message, seq: 8 }, direct);
		const [first, second] = await shown(2);
		chat.hear({ ...message, deleted: true, text: "" }, direct, "deleted", 9);
		await vi.waitFor(() => expect(first?.close).toHaveBeenCalled());
		expect(second?.close).not.toHaveBeenCalled();
	});

	it("goes once it was read, on whatever device", async () => {
		const { chat } = await start(false);
		chat.hear(message, direct);
		const [first] = await shown(1);
		const rooms = chat.rooms as unknown as { value: unknown[] };
		rooms.value = [lobby, { ...direct, room: { ...direct.room, READ: 6 } }];
		expect(first?.close).not.toHaveBeenCalled();
		rooms.value = [lobby, { ...direct, room: { ...direct.room, READ: 7 } }];
		await vi.waitFor(() => expect(first?.close).toHaveBeenCalled());
	});

	it("says what an edit has made of it; a mention that was edited in is told", async () => {
		const { chat } = await start(false);
		chat.hear(message, direct);
		await shown(1);
		chat.hear({ ...message, text: "pst!" }, direct, "edited", 8);
		expect((await shown(2))[1]).toMatchObject({ options: { body: "pst!", tag: "d-1/7" } });
		chat.hear({ ...message, seq: 3, text: "never told" }, lobby, "edited", 9);
		chat.hear({ ...message, seq: 4, text: "@Tony", mentionsMe: true }, lobby, "edited", 10);
		expect((await shown(3))[2]).toMatchObject({
			title: "Mary in Everyone",
			options: { body: "@Tony", tag: "lobby/4" },
		});
	});

	it("is not told if it was deleted or read before anybody knew whether somebody looks", async () => {
		const { chat } = await start(false);
		chat.hear(message, direct);
		chat.hear({ ...message, deleted: true }, direct, "deleted", 8);
		chat.hear({ ...message, seq: 9, text: "kept" }, direct);
		expect((await shown(1))[0]?.options.body).toBe("kept");
	});

	it("has no marks, in one line", async () => {
		const { chat } = await start(false);
		chat.hear({ ...message, text: "**Now**:\n- `a_b` and 5*3*2\n> quoted" }, direct);
		expect((await shown(1))[0]?.options.body).toBe("Now: • a_b and 5*3*2 quoted");
	});

	it("ends between what one sees as characters", async () => {
		const { chat } = await start(false);
		chat.hear({ ...message, text: "👩‍👩‍👧‍👦".repeat(30) }, direct);
		expect((await shown(1))[0]?.options.body).toBe(`${"👩‍👩‍👧‍👦".repeat(18)}…`);
	});
});

it("tells what was missed, once somebody is to know of it", async () => {
	const { chat } = await start(false);
	const missed = (room: typeof lobby, unread: number, mentions: number) => ({ room, unread, mentions });
	chat.miss([missed(lobby, 40, 0)]);
	const rooms = ["r-1", "r-2", "r-3", "r-4"].map((id) => missed(fakeRoom(id, "named", id), 2, 1));
	chat.miss([missed(lobby, 40, 0), missed(direct, 3, 3), ...rooms]);
	await vi.waitFor(() => expect(FakeNotification.shown).toHaveLength(1));
	const [shown] = FakeNotification.shown;
	expect(shown?.title).toBe("While you were away");
	expect(shown?.options.body.split("\n")).toEqual([
		"Mary: 3 new messages",
		...["r-1", "r-2", "r-3"].map((id) => `${id}: 1 mention of you`),
		"and in 1 other room",
	]);
	window.dispatchEvent(new Event("focus"));
	await vi.waitFor(() => expect(shown?.close).toHaveBeenCalled());
});

it("is quiet where somebody looks, or does not want it", async () => {
	const looking = await start(true);
	looking.chat.hear(message, direct);
	stop();
	const away = await start(false);
	away.chat.hear(message, lobby);
	away.chat.hear({ ...message, seq: 8 }, direct);
	await vi.waitFor(() => expect(FakeNotification.shown).toHaveLength(1));
	expect(FakeNotification.shown[0]?.options.tag).toBe("d-1/8");
});

it("has how many wait, and where one is, in the title", async () => {
	const { where } = await start(true);
	expect(document.title).toBe("(2) Everyone – muca");
	where.value = null;
	expect(document.title).toBe("(2) muca");
});
