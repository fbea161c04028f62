import { expect, test } from "vitest";
import { roomView } from "../../testing/samples";
import { fewOf } from "./few";

const rooms = Array.from({ length: 30 }, (_, index) => roomView({}, { id: `r${index}`, unread: index === 20 ? 1 : 0 }));

test("of many rooms the first eight are shown, what is unread, and what is open", () => {
	const first = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"];
	expect(fewOf(rooms, "r25").map(({ id }) => id)).toEqual([...first, "r20", "r25"]);
	expect(fewOf(rooms, "r3").map(({ id }) => id)).toEqual([...first, "r20"]);
	expect(fewOf(rooms.slice(0, 8), null)).toHaveLength(8);
});
