import { expect, it } from "vitest";
import { Backoff } from "./backoff";

it("doubles its bound up to half a minute", () => {
	const backoff = new Backoff(() => 1);
	const pauses = Array.from({ length: 9 }, () => backoff.next());
	expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it("takes any pause up to the bound", () => {
	expect(new Backoff(() => 0).next()).toBe(0);
	expect(new Backoff(() => 0.5).next()).toBe(250);
});

it("starts over", () => {
	const backoff = new Backoff(() => 1);
	backoff.next();
	backoff.next();
	backoff.reset();
	expect(backoff.next()).toBe(500);
});
