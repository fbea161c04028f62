import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeBeat } from "./beat";

let shown = 0;
let frames: (() => void)[];

beforeEach(() => {
	vi.useFakeTimers();
	shown = 0;
	frames = [];
	vi.stubGlobal("requestAnimationFrame", (run: () => void) => frames.push(run));
	vi.stubGlobal("cancelAnimationFrame", (frame: number) => {
		frames[frame - 1] = () => {};
	});
});

afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

const beat = () => makeBeat(() => shown++);
const nextFrame = () => {
	for (const run of frames) run();
};

it("shows once a frame, however often it is told to", () => {
	const { soon } = beat();
	for (let count = 0; count < 1_000; count++) soon();
	expect(shown).toBe(0);
	nextFrame();
	expect(shown).toBe(1);
	vi.advanceTimersByTime(1_000);
	expect(shown).toBe(1);
	soon();
	expect(frames).toHaveLength(2);
});

it("shows without frames, too: a hidden page has none", () => {
	beat().soon();
	vi.advanceTimersByTime(100);
	expect(shown).toBe(1);
	nextFrame();
	expect(shown).toBe(1);
});

it("shows at once where it must, and not again for what was to come soon", () => {
	const { soon, now } = beat();
	soon();
	now();
	nextFrame();
	vi.advanceTimersByTime(1_000);
	expect(shown).toBe(1);
});
