// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Saving } from "./saving";

let saved = 0;
let saving: Saving;

beforeEach(() => {
	vi.useFakeTimers();
	saved = 0;
	saving = new Saving(() => {
		saved += 1;
	});
});
afterEach(() => {
	saving.end();
	vi.useRealTimers();
});

it("saves once for many changes, a second after the first", () => {
	for (let change = 0; change < 10; change++) {
		saving.soon();
		vi.advanceTimersByTime(99);
	}
	expect(saved).toBe(0);
	vi.advanceTimersByTime(10);
	expect(saved).toBe(1);
});

it("saves each minute without a change, so that the copy is not older than it says", () => {
	saving.soon();
	vi.advanceTimersByTime(1_000 + 3 * 60_000);
	expect(saved).toBe(4);
});

it("saves when the page may go, and nothing once it is over", () => {
	dispatchEvent(new Event("pagehide"));
	document.dispatchEvent(new Event("visibilitychange"));
	expect(saved).toBe(2);
	saving.end();
	saving.soon();
	dispatchEvent(new Event("pagehide"));
	vi.advanceTimersByTime(120_000);
	expect(saved).toBe(2);
});
