import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Looking, startLooking } from "./looking";

/** Which windows are in front, in the order in which they are asked. */
const hasFocus = vi.fn<() => boolean>();
let windows: Looking[] = [];

const open = (uid: string | undefined): Looking => {
	const looking = startLooking(() => uid);
	windows.push(looking);
	return looking;
};

beforeEach(() => {
	vi.stubGlobal("document", { hasFocus, hidden: false });
	vi.stubGlobal("location", { pathname: "/" });
});
afterEach(() => {
	for (const { stop } of windows) stop();
	windows = [];
	hasFocus.mockReset();
	vi.unstubAllGlobals();
});

it("knows of its own window without asking", async () => {
	hasFocus.mockReturnValue(true);
	expect(await open("tony").asks("tony")).toBe(true);
});

it("hears from another window of the same account that is in front", async () => {
	hasFocus.mockReturnValueOnce(false).mockReturnValue(true);
	open("tony");
	expect(await open("tony").asks("tony")).toBe(true);
});

it("hears from no window of somebody else, and from none that is behind", async () => {
	hasFocus.mockReturnValueOnce(false).mockReturnValue(true);
	open("mary");
	expect(await open("tony").asks("tony")).toBe(false);
	hasFocus.mockReturnValue(false);
	open("tony");
	expect(await open("tony").asks("tony")).toBe(false);
});
