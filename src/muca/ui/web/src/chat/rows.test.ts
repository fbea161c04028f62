import { beforeEach, describe, expect, it } from "vitest";
import { Chance } from "../testing/chance";
import { event, view } from "../testing/samples";
import type { Row } from "./chat";
import { type Line, Rows } from "./rows";

const MINUTE_MS = 60_000;
const noon = new Date(2026, 4, 31, 12).getTime();

let rows: Rows;
beforeEach(() => {
	rows = new Rows();
});

const kinds = (built: readonly Row[]): string => built.map(({ is }) => is).join(" ");
const heads = (built: readonly Row[]): boolean[] => built.flatMap((row) => (row.is === "message" ? [row.head] : []));
const at = (minutes: number, more: Parameters<typeof view>[1] = {}) =>
	view(minutes, { ts: noon + minutes * MINUTE_MS, ...more });

describe("days", () => {
	it("begin where the local day does", () => {
		const eve = new Date(2026, 4, 31, 23, 59).getTime();
		const built = rows.build([view(1, { ts: eve }), view(2, { ts: eve + MINUTE_MS })], null);
		expect(kinds(built)).toBe("day message day message");
		expect(built[0]?.key).toBe("day 2026-5-31");
	});

	it("come once, even if the clock was set back", () => {
		const day = 24 * 60;
		const built = rows.build([at(0), at(day), at(5), at(day + 1)], null);
		expect(kinds(built)).toBe("day message day message message message");
		expect(new Set(built.map(({ key }) => key)).size).toBe(built.length);
	});
});

describe("groups", () => {
	it("are of one sender, without a pause of five minutes", () => {
		const built = rows.build([at(0), at(4), at(9), at(10, { from: "zoe" }), at(11)], null);
		expect(heads(built)).toEqual([true, false, true, true, true]);
	});

	it("end at an answer, at a notice and at the “New” line", () => {
		expect(heads(rows.build([at(0), at(1, { replyTo: 7 }), at(2)], null))).toEqual([true, true, false]);
		expect(heads(rows.build([at(0), event(1, "enter", { TS: noon }), at(2)], null))).toEqual([true, true]);
		expect(heads(rows.build([at(0), at(1), at(2)], 1))).toEqual([true, false, true]);
	});
});

describe("the “New” line", () => {
	it("stands before the first message of others beyond what was read", () => {
		expect(kinds(rows.build([at(1), at(2, { own: true }), at(3), at(4)], 1))).toBe(
			"day message message new message message",
		);
	});

	it("is not there if nothing is new", () => {
		expect(kinds(rows.build([at(1), at(2)], 2))).toBe("day message message");
		expect(kinds(rows.build([at(1), at(2)], null))).toBe("day message message");
	});

	it("stands above all where nothing was read yet", () => {
		expect(kinds(rows.build([event(1, "create", { TS: noon }), at(2)], 0))).toBe("day notice new message");
	});

	it.each([{ own: true }, { ignored: true }, { deleted: true }])(
		"does not stand before what does not count: %j",
		(one) => {
			expect(kinds(rows.build([at(1), at(2, one), event(3, "enter", { TS: noon })], 1))).toBe(
				"day message message notice",
			);
			expect(kinds(rows.build([at(1), at(2, one), at(3)], 1))).toBe("day message message new message");
		},
	);

	it("does not stand before what is being sent", () => {
		expect(kinds(rows.build([at(1), view(null, { own: true, ts: noon + 2 * MINUTE_MS })], 1))).toBe(
			"day message message",
		);
	});
});

it("tells of coming and going, not of reactions and what it does not know", () => {
	const built = rows.build([event(1, "enter"), event(2, "react", { OF: 1 }), event(3, "teleport")], null);
	expect(built.flatMap((row) => (row.is === "notice" ? [row.event.KIND] : []))).toEqual(["enter"]);
});

describe("what has not changed", () => {
	it("stays the same object", () => {
		const lines = [at(1), at(2), event(3, "enter", { TS: noon })];
		const before = rows.build(lines, null);
		expect(rows.build([...lines], null)).toBe(before);
		const after = rows.build([...lines, at(9)], null);
		expect(after.slice(0, before.length).every((row, index) => row === before[index])).toBe(true);
	});

	it("is new where it looks different", () => {
		const before = rows.build([at(1), at(2)], null);
		const after = rows.build([at(1, { text: "edited" }), at(2)], null);
		expect(after[1]).not.toBe(before[1]);
	});

	for (let seed = 1; seed <= 50; seed++) {
		it(`has one key each, and looks as if built anew: seed ${seed}`, () => {
			const chance = new Chance(seed);
			let lines: Line[] = [];
			for (let step = 0; step < 40; step++) {
				const minutes = step * chance.below(400);
				const added: Line =
					chance.next() < 0.2
						? event(step + 1, chance.of(["enter", "react"]), { TS: noon })
						: at(minutes, { key: `k${step}`, seq: step + 1, from: chance.of(["mary", "zoe"]) });
				lines = chance.next() < 0.2 ? lines.slice(chance.below(lines.length)) : [...lines, added];
				const newAfter = chance.next() < 0.5 ? chance.below(step + 1) : null;
				const built = rows.build(lines, newAfter);
				expect(built).toEqual(new Rows().build(lines, newAfter));
				expect(new Set(built.map(({ key }) => key)).size).toBe(built.length);
			}
		});
	}
});
