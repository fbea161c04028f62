import { expect, test } from "vitest";
import { covers, including, rowAt, spanOf, tops } from "./layout";

test("rows lie one below the other", () => {
	expect(tops([10, 20, 5])).toEqual([0, 10, 30, 35]);
	expect(tops([])).toEqual([0]);
});

test.each([
	[-5, 0],
	[0, 0],
	[9.9, 0],
	[10, 1],
	[29, 1],
	[30, 2],
	[999, 2],
])("at height %d is row %d", (y, row) => {
	expect(rowAt([0, 10, 30, 35], y)).toBe(row);
});

test("a span has every row that touches it, and no other", () => {
	const all = tops(Array.from({ length: 1000 }, (_, index) => 20 + ((index * 37) % 90)));
	for (let from = -500; from < (all.at(-1) ?? 0) + 500; from += 333) {
		const to = from + 700;
		const { first, last } = spanOf(all, from, to);
		for (let row = 0; row < 1000; row++) {
			const touches = (all[row] ?? 0) <= to && (all[row + 1] ?? 0) > from;
			if (touches) expect(row >= first && row < last).toBe(true);
		}
		expect(last - first).toBeLessThanOrEqual(36);
	}
});

test("of no rows none is drawn", () => {
	expect(spanOf(tops([]), 0, 500)).toEqual({ first: 0, last: 0 });
	expect(rowAt(tops([]), 50)).toBe(0);
});

test("a span covers what lies in it", () => {
	expect(covers({ first: 2, last: 9 }, { first: 2, last: 9 })).toBe(true);
	expect(covers({ first: 2, last: 9 }, { first: 1, last: 3 })).toBe(false);
	expect(covers({ first: 2, last: 9 }, { first: 5, last: 10 })).toBe(false);
});

test("a span reaches as far as a row that has to be drawn", () => {
	expect(including({ first: 3, last: 6 }, 1)).toEqual({ first: 1, last: 6 });
	expect(including({ first: 3, last: 6 }, 9)).toEqual({ first: 3, last: 10 });
	expect(including({ first: 3, last: 6 }, 4)).toEqual({ first: 3, last: 6 });
});
