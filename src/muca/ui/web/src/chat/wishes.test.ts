import { beforeEach, describe, expect, it } from "vitest";
import { event, message } from "../testing/samples";
import type { Change } from "./changes";
import { Wishes } from "./wishes";

const change = (KIND: string, more: Partial<Change> = {}): Change => ({ ...event(0, KIND), OF: 1, ...more });

let wishes: Wishes;
beforeEach(() => {
	wishes = new Wishes();
});

describe("Wishes", () => {
	it("shows at once what is wanted, and how it stands", () => {
		wishes.add(change("edit", { MSG: "new" }));
		expect(wishes.show(message(1), true)).toMatchObject([{ MSG: "new" }, { is: "sending" }]);
		expect(wishes.show(message(1), false)[1]).toEqual({ is: "kept" });
		expect(wishes.show(message(2), true)).toEqual([message(2), null]);
	});

	it("shows it until the log does, without a gap", () => {
		const wish = wishes.add(change("edit", { MSG: "new" }));
		wishes.granted(wish, 7);
		wishes.heard(6);
		expect(wishes.show(message(1), true)).toMatchObject([{ MSG: "new" }, null]);
		wishes.heard(7);
		expect(wishes.show(message(1), true)[0].MSG).toBe("text 1");
	});

	it("is done with what was so already", () => {
		const wish = wishes.add(change("pin"));
		wishes.granted(wish, null);
		expect(wishes.show(message(1), true)).toEqual([message(1), null]);
	});

	it("says why a text was not changed, until it is tried again or seen", () => {
		const wish = wishes.add(change("edit", { MSG: "new" }));
		wishes.refuse(wish, "Only who wrote it.");
		expect(wishes.show(message(1), true)).toEqual([message(1), { is: "failed", text: "Only who wrote it." }]);
		wishes.forgive();
		expect(wishes.show(message(1), true)[1]).toBeNull();
	});

	it("says nothing lasting of a reaction", () => {
		const wish = wishes.add(change("react", { EMOJI: "👍" }));
		expect(wishes.show(message(1), true)).toMatchObject([{ REACTIONS: [{ COUNT: 1 }] }, null]);
		wishes.refuse(wish, "no");
		expect(wishes.show(message(1), true)).toEqual([message(1), null]);
	});

	it("makes several, in the order in which they were wished", () => {
		wishes.add(change("edit", { MSG: "one" }));
		wishes.add(change("edit", { MSG: "two" }));
		expect(wishes.show(message(1), true)[0].MSG).toBe("two");
	});
});
