// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeChat, fakeRoom } from "../ui/screens/fake_chat";
import { setLevel, setSound } from "./wishes";

const { playSound } = vi.hoisted(() => ({ playSound: vi.fn() }));
vi.mock("./sound", () => ({ playSound }));

/** The browser's notifications, which the test browser does not have. */
class FakeNotification {
	static permission = "granted";
	static shown: FakeNotification[] = [];
	onclick: (() => void) | null = null;
	close = vi.fn();
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
