import { expect, test } from "vitest";
import { cut } from "./cut";

test("what is short enough stays as it is", () => {
	expect(cut("héllo", 5)).toBe("héllo");
	expect(cut("", 0)).toBe("");
});

test.each([
	["hello", 3, "hel…"],
	["ab👍🏽cd", 4, "ab…"],
	["ab👍🏽cd", 6, "ab👍🏽…"],
	["a👩‍👩‍👧‍👦b", 5, "a…"],
	["x🇩🇪🇫🇷", 6, "x🇩🇪…"],
	["e\u0301e\u0301", 3, "e\u0301…"],
	["👨‍👩‍👧", 4, "…"],
])("%s is cut to %d: %s", (text, most, wanted) => {
	expect(cut(text, most)).toBe(wanted);
});
