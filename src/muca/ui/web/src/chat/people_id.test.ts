import { expect, it } from "vitest";
import { peopleId, peopleOf } from "./people_id";

it("names people, whatever their user ids are", () => {
	for (const uids of [["mary@lab"], ["a,b", "c%d", "e:f"], ["山田", "نور"]]) {
		expect(peopleOf(peopleId(uids))).toEqual([...uids].sort());
	}
});

it("does not mind the order", () => {
	expect(peopleId(["zoe", "mary"])).toBe(peopleId(["mary", "zoe"]));
});

it("knows rooms from people", () => {
	expect(peopleOf("lobby")).toBeNull();
	expect(peopleOf("r-to:x")).toBeNull();
	expect(peopleOf("to:100%")).toEqual(["100%"]);
});
