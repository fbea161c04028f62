import { describe, expect, it } from "vitest";
import { event, message } from "../testing/samples";
import type { Change } from "./changes";
import { Held } from "./held";

const edit = (SEQ: number, MSG: string): Change => event(SEQ, "edit", { OF: 1, MSG }) as Change;
const react = (SEQ: number, FROM: string): Change => event(SEQ, "react", { OF: 1, EMOJI: "👍", FROM }) as Change;

describe("Held", () => {
	it("applies changes in order, whenever they come, and each once", () => {
		const held = new Held(message(1), 1);
		expect(held.change(edit(5, "newest"))).toBe(true);
		expect(held.change(edit(3, "older"))).toBe(true);
		expect(held.change(edit(3, "older"))).toBe(false);
		expect(held.entry).toMatchObject({ MSG: "newest" });
	});

	it("takes the server's version unless a newer one is known, and applies what is later", () => {
		const held = new Held(message(1), 1);
		held.change(edit(3, "three"));
		held.change(react(7, "zoe"));
		expect(held.renew(message(1, { MSG: "five" }), 5)).toBe(true);
		expect(held.entry).toMatchObject({ MSG: "five", REACTIONS: [{ EMOJI: "👍", COUNT: 1 }] });
		expect(held.renew(message(1, { MSG: "two" }), 2)).toBe(false);
		expect(held.change(edit(4, "four"))).toBe(false);
		expect(held.entry).toMatchObject({ MSG: "five" });
	});

	it("stays the same object while the message is unchanged", () => {
		const held = new Held(message(1), 1);
		const { entry } = held;
		held.renew(message(1), 5);
		expect(held.entry).toBe(entry);
	});

	it("is unsure who is counted where not everyone is listed, until there is a newer version", () => {
		const many = message(1, { REACTIONS: [{ EMOJI: "👍", COUNT: 9, UIDS: ["mary"] }] });
		const held = new Held(many, 1);
		held.change(react(2, "zoe"));
		expect(held.isSure).toBe(false);
		held.renew(many, 3);
		expect(held.isSure).toBe(true);
	});
});
