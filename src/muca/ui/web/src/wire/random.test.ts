import { expect, it } from "vitest";
import { random } from "./random";

it("has as many letters as are wanted, and never the same", () => {
	expect(random(40)).toMatch(/^[a-z2-7]{40}$/);
	expect(new Set(Array.from({ length: 100 }, () => random(12))).size).toBe(100);
});
