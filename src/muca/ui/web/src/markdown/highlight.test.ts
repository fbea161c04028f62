import { expect, test } from "vitest";
import { highlight } from "./highlight";

test("code is coloured if its language is known and its lines are those of people", () => {
	expect(highlight("x = 1\n".repeat(100), "python")).not.toBeNull();
	expect(highlight("x = 1", "prolog")).toBeNull();
	expect(highlight(`x = 1\n${"1".repeat(1_001)}`, "ini")).toBeNull();
});
