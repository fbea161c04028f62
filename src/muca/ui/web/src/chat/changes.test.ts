import { describe, expect, it } from "vitest";
import { event, message } from "../testing/samples";
import type { Reaction } from "../wire/words";
import { type Change, changed, isChange, isSure } from "./changes";

const change = (KIND: string, more: Partial<Change> = {}): Change => ({ ...event(9, KIND), OF: 1, ...more });
const thumbs = (COUNT: number, ...UIDS: string[]): Reaction => ({ EMOJI: "👍", COUNT, UIDS });

describe("changed", () => {
	it("edits: the text and whom it mentions", () => {
		const before = message(1, { MENTIONS: ["zoe"], MENTIONS_ROOM: true });
		expect(changed(before, change("edit", { MSG: "new", MENTIONS: ["tony"] }))).toEqual(
			message(1, { MSG: "new", EDITED: 9, MENTIONS: ["tony"] }),
		);
	});

	it("deletes: nothing is left but the place and what it answered", () => {
		const before = message(1, { REPLY_TO: 7, REACTIONS: [thumbs(1, "mary")], PINNED: true, EDITED: 3 });
		expect(changed(before, change("delete"))).toEqual(message(1, { MSG: "", DELETED: true, REPLY_TO: 7 }));
	});

	it("leaves what was deleted as it is", () => {
		const gone = message(1, { MSG: "", DELETED: true });
		for (const kind of ["edit", "react", "pin"])
			expect(changed(gone, change(kind, { MSG: "x", EMOJI: "👍" }))).toBe(gone);
	});

	it("counts reactions, and forgets those of nobody", () => {
		const one = changed(message(1), change("react", { EMOJI: "👍" }));
		const two = changed(one, change("react", { EMOJI: "👍", FROM: "zoe" }));
		expect(two.REACTIONS).toEqual([thumbs(2, "mary", "zoe")]);
		const less = changed(two, change("unreact", { EMOJI: "👍" }));
		expect(less.REACTIONS).toEqual([thumbs(1, "zoe")]);
		expect(changed(less, change("unreact", { EMOJI: "👍", FROM: "zoe" })).REACTIONS).toEqual([]);
	});

	it("makes a change twice as once", () => {
		for (const kind of ["edit", "delete", "react", "unreact", "pin", "unpin"]) {
			const before = message(1, { REACTIONS: [thumbs(2, "mary", "zoe")] });
			const once = changed(before, change(kind, { EMOJI: "👍", MSG: "x" }));
			expect(changed(once, change(kind, { EMOJI: "👍", MSG: "x" }))).toEqual(once);
		}
	});
});

describe("isSure", () => {
	const long = message(1, { REACTIONS: [thumbs(30, "mary", "zoe")] });

	it("is sure where all people are listed, and of what is no reaction", () => {
		expect(isSure(message(1, { REACTIONS: [thumbs(2, "mary", "zoe")] }), change("unreact", { EMOJI: "👍" }))).toBe(
			true,
		);
		expect(isSure(long, change("pin"))).toBe(true);
		expect(isSure(long, change("react", { EMOJI: "🎉" }))).toBe(true);
	});

	it("is not sure who is counted among the many", () => {
		expect(isSure(long, change("react", { EMOJI: "👍", FROM: "tony" }))).toBe(false);
		expect(isSure(long, change("unreact", { EMOJI: "👍" }))).toBe(false);
		expect(isSure(long, change("react", { EMOJI: "👍" }))).toBe(true);
	});
});

it("knows what changes a message from what is a line of its own", () => {
	expect(isChange(change("react"))).toBe(true);
	expect(isChange(event(1, "enter"))).toBe(false);
	expect(isChange(event(1, "something new", { OF: 3 }))).toBe(false);
	expect(isChange(message(1))).toBe(false);
});
