import { describe, expect, test } from "vitest";
import type { Row } from "../../chat/chat";
import { view } from "../../testing/samples";
import { firstUnread, seenTo, whereNew } from "./unread";

const message = (seq: number | null, more: Parameters<typeof view>[1] = {}): Row => {
	const shown = view(seq, { key: `m${seq}`, own: false, ...more });
	return { is: "message", key: shown.key, message: shown, head: true };
};
const day: Row = { is: "day", key: "day", ts: 0 };
const newLine: Row = { is: "new", key: "new" };
const sending = message(null, { own: true });

describe("the first message that is still to be read", () => {
	test("is of others, and behind what was read", () => {
		expect(firstUnread([day, message(1), message(3), message(4)], 1)).toBe("m3");
		expect(firstUnread([message(1), message(2, { own: true }), message(3)], 1)).toBe("m3");
		expect(firstUnread([message(2), message(3)], 0)).toBe("m2");
	});

	test("is none where all was read, is one's own or does not count", () => {
		expect(firstUnread([message(1), message(2)], 2)).toBeNull();
		expect(firstUnread([message(1), sending], 1)).toBeNull();
		expect(firstUnread([message(1), message(2, { deleted: true }), message(3, { ignored: true })], 1)).toBeNull();
		expect(firstUnread([], 0)).toBeNull();
	});
});

test("whoever sees rows has read up to the last one that the server has", () => {
	const rows = [day, message(3), newLine, message(4), sending];
	expect(seenTo(rows, { first: 0, last: 5 })).toBe(4);
	expect(seenTo(rows, { first: 0, last: 3 })).toBe(3);
	expect(seenTo(rows, { first: 2, last: 3 })).toBe(0);
	expect(seenTo(rows, { first: 0, last: 0 })).toBe(0);
});

test("“New” is above, here or below, also where its row is not loaded", () => {
	const rows = [message(3), newLine, message(4), message(5)];
	expect(whereNew(rows, { first: 2, last: 4 }, 3, false)).toBe("above");
	expect(whereNew(rows, { first: 0, last: 2 }, 3, false)).toBe("here");
	expect(whereNew(rows, { first: 0, last: 1 }, 3, false)).toBe("below");
	const without = [day, message(8), message(9)];
	expect(whereNew(without, { first: 0, last: 3 }, 3, false)).toBe("above");
	expect(whereNew(without, { first: 0, last: 3 }, 20, true)).toBe("below");
	expect(whereNew(without, { first: 0, last: 3 }, 9, false)).toBeNull(); // what was new was deleted
	expect(whereNew(without, { first: 0, last: 3 }, null, true)).toBeNull();
});
