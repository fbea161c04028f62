// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Chat, Refusal } from "../../chat/chat";
import { type FakeChat, fakeChat, fakePerson, fakeRoom } from "../../testing/fake_chat";
import { ChatProvider } from "../chat";
import { Toasts } from "../parts/toast";
import { DeedDialog, type WantedDeed } from "./deed_dialog";

// Not in happy-dom.
HTMLElement.prototype.hidePopover ??= () => {};
HTMLElement.prototype.showPopover ??= () => {};

let page: HTMLElement;
let chat: FakeChat;
/** What PURGE brings, one answer after the other. */
let purges: (object | Refusal)[];
let isOpen: boolean;
beforeEach(() => {
	page = document.createElement("div");
	document.body.append(page);
	purges = [];
	const rooms = [fakeRoom("lobby", "lobby"), fakeRoom("r-1", "named", "Optics")];
	chat = fakeChat({ rooms, people: [fakePerson("zoe", "Zoe")], me: { role: "moderator" } });
	const { ask } = chat;
	const server = { ID: "s", NAME: "Test", VERSION: "0", POLICY: "invite" };
	Object.assign(chat, {
		server: { value: server },
		limits: { value: { REASON_CHARS_MAX: 500 } },
		async ask(command: string, fields: object) {
			await ask(command as "PURGE", fields as Record<string, unknown>);
			const answer = command === "PURGE" ? purges.shift() : {};
			if (answer instanceof Refusal) throw answer;
			return answer;
		},
	});
});
afterEach(() => {
	render(null, page);
	page.remove();
});

async function open(verb: "ban" | "purge", room: string | null = null): Promise<void> {
	const deed: WantedDeed = { verb, uid: "zoe", nickname: "Zoe", room, where: room && "Optics" };
	isOpen = true;
	await act(() =>
		render(
			<ChatProvider value={chat as Chat}>
				<DeedDialog
					deed={deed}
					onClose={() => {
						isOpen = false;
					}}
					onDone={() => {}}
				/>
				<Toasts />
			</ChatProvider>,
			page,
		),
	);
}

const said = () => page.textContent ?? "";
async function press(words: string): Promise<void> {
	const button = [...page.querySelectorAll("button")].find(({ textContent }) => textContent === words);
	await act(async () => {
		button?.click();
		await new Promise((resolve) => setTimeout(resolve));
	});
}
async function choose(words: string): Promise<void> {
	const label = [...page.querySelectorAll("label")].find(({ textContent }) => textContent?.startsWith(words));
	await act(() => label?.querySelector("input")?.click());
}

it("says how far a purge came that fails in the middle, and goes on when it is repeated", async () => {
	purges = [{ DELETED: 10, MORE: true }, new Refusal("offline", "You are offline."), { DELETED: 4, MORE: false }];
	await open("purge", "r-1");
	expect(said()).toContain("Delete all messages from Zoe in Optics?");
	await press("Delete all messages");
	expect(said()).toContain("10 messages deleted so far");
	expect(said()).toContain("You are offline.");
	expect(isOpen).toBe(true);
	await press("Delete all messages");
	expect(said()).toContain("14 messages from Zoe deleted");
	expect(isOpen).toBe(false);
	expect(chat.asked).toEqual(Array(3).fill(["PURGE", { ROOM: "r-1", UID: "zoe" }]));
});

it("bans once, and goes on with the messages where only these have failed", async () => {
	purges = [new Refusal("offline", "You are offline."), { DELETED: 1, MORE: false }, { DELETED: 0, MORE: false }];
	await open("ban");
	await choose("Ban the IP address too");
	await choose("Delete all their messages");
	await press("Ban");
	expect(isOpen).toBe(true);
	await press("Ban");
	expect(isOpen).toBe(false);
	expect(said()).toContain("1 message from Zoe deleted");
	const [ban, ...more] = chat.asked;
	expect(ban).toEqual(["BAN", { UID: "zoe", SECONDS: 3600, WITH_ADDRESS: true }]);
	expect(more.map(([command]) => command)).toEqual(["PURGE", "PURGE", "PURGE"]);
});

it("offers the address only on the server, and only of somebody who is online", async () => {
	await open("ban", "r-1");
	expect(said()).not.toContain("Ban the IP address too");
	await open("ban");
	expect(said()).toContain("Ban the IP address too");
	Object.assign(chat, { person: () => ({ ...fakePerson("zoe", "Zoe"), presence: "gone" }) });
	await act(() => render(null, page));
	await open("ban");
	expect(said()).not.toContain("Ban the IP address too");
	expect(said()).toContain("Delete all their messages");
});

it("says so where there was nothing to delete", async () => {
	purges = [{ DELETED: 0, MORE: false }];
	await open("purge", "r-1");
	await press("Delete all messages");
	expect(said()).toContain("There are no messages from Zoe to delete");
});
