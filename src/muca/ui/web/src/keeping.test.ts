// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keep, kept } from "./keeping";

beforeEach(() => localStorage.clear());
afterEach(() => vi.restoreAllMocks());

it("keeps, and forgets", () => {
	keep("a", { b: [1] });
	expect(kept("a", null)).toEqual({ b: [1] });
	keep("a", null);
	expect(kept("a", "nothing")).toBe("nothing");
});

it("takes what is no JSON for nothing", () => {
	localStorage.setItem("a", "{broken");
	expect(kept("a", 7)).toBe(7);
});

it("lasts as long as the page where the browser keeps nothing", () => {
	vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
		throw new Error("full");
	});
	keep("memory", [1]);
	expect(kept("memory", [])).toEqual([1]);
});
