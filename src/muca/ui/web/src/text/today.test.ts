// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { day, when } from "./formats";
import { startToday } from "./today";

const EVENING = new Date(2026, 10, 30, 23, 50);
let stop = () => {};

beforeEach(() => {
	vi.useFakeTimers({ now: EVENING });
	stop = startToday();
});
afterEach(() => {
	stop();
	vi.useRealTimers();
});

test("what was today is yesterday after midnight, where it is shown", () => {
	const shown: string[] = [];
	const done = effect(() => void shown.push(day(EVENING.getTime())));
	vi.advanceTimersByTime(20 * 60_000);
	done();
	expect(shown).toEqual(["Today", "Yesterday"]);
	expect(day(Date.now())).toBe("Today");
	expect(when(EVENING.getTime())).toBe("Yesterday");
});

test("a machine that slept through midnight knows as soon as somebody looks", () => {
	vi.setSystemTime(new Date(2026, 11, 2, 8));
	expect(day(EVENING.getTime())).toBe("Today");
	document.dispatchEvent(new Event("visibilitychange"));
	expect(day(EVENING.getTime())).toBe("Monday");
});
