// @vitest-environment happy-dom
import type { Signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Me } from "../chat/chat";
import { fakeChat } from "../testing/fake_chat";
import { openReports, startWatchingReports } from "./reports";

let stop = () => {};
let reports: unknown[];

beforeEach(() => {
	vi.useFakeTimers();
	reports = [{}, {}];
});
afterEach(() => {
	stop();
	vi.useRealTimers();
	vi.restoreAllMocks();
});

function start(role: Me["role"]) {
	const chat = fakeChat({ me: { role }, answers: { REPORTS: { REPORTS: reports } } });
	stop = startWatchingReports(chat);
	return chat;
}

const asked = (chat: ReturnType<typeof start>): number =>
	chat.asked.filter(([command]) => command === "REPORTS").length;

test("who looks after the server is told at once, every two minutes, and when the page is looked at again", async () => {
	const chat = start("moderator");
	await vi.advanceTimersByTimeAsync(0);
	expect(openReports.value).toBe(2);
	reports.push({});
	await vi.advanceTimersByTimeAsync(120_000);
	expect(openReports.value).toBe(3);
	const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
	document.dispatchEvent(new Event("visibilitychange"));
	expect(asked(chat)).toBe(2);
	hidden.mockReturnValue(false);
	document.dispatchEvent(new Event("visibilitychange"));
	expect(asked(chat)).toBe(3);
});

test("others do not ask, and who loses the role sees none any more", async () => {
	expect(asked(start("member"))).toBe(0);
	stop();
	const chat = start("owner");
	await vi.advanceTimersByTimeAsync(0);
	expect(openReports.value).toBe(2);
	const me = chat.me as Signal<Me | null>;
	me.value = me.value && { ...me.value, role: "member" };
	expect(openReports.value).toBe(0);
	await vi.advanceTimersByTimeAsync(500_000);
	expect(asked(chat)).toBe(1);
});

test("it waits for the connection", () => {
	const chat = fakeChat({ me: { role: "owner" } });
	(chat.link as Signal).value = { is: "joining" };
	stop = startWatchingReports(chat);
	expect(asked(chat)).toBe(0);
});
