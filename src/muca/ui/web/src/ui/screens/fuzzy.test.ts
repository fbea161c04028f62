import { describe, expect, it } from "vitest";
import { match, rank } from "./fuzzy";

const shown = (wanted: string, name: string): string | null => {
	const found = match(wanted, name);
	if (!found) return null;
	let text = "";
	let at = 0;
	for (const [begin, end] of found.marks) {
		text += `${name.slice(at, begin)}[${name.slice(begin, end)}]`;
		at = end;
	}
	return text + name.slice(at);
};

describe("match", () => {
	it.each([
		["cryo", "cryostat", "[cryo]stat"],
		["STAT", "cryostat", "cryo[stat]"],
		["zoe", "Zoë Müller", "[Zoë] Müller"],
		["mul", "Zoë Müller", "Zoë [Mül]ler"],
		["pd", "paper-draft", "[p]aper-[d]raft"],
		["b", "exam-board", "exam-[b]oard"],
		["大", "大輔 (Daisuke)", "[大]輔 (Daisuke)"],
		["🦊", "Old 🦊 Fox", "Old [🦊] Fox"],
		["fi", "oﬃce", "o[ﬃ]ce"],
		["", "anything", "anything"],
		["xyz", "cryostat", null],
		["padr", "paper-draft", "[pa]per-[dr]aft"],
		["m s", "Mary Smith", "[M]ary [S]mith"],
		["ct", "cat", null],
	])("%s in %s", (wanted, name, expected) => {
		expect(shown(wanted, name)).toBe(expected);
	});
});

describe("rank", () => {
	const names = ["The end", "Henry", "hen", "Then Hen", "Heron"];

	it("has the whole name first, then beginnings, then words, then parts", () => {
		expect(rank("hen", names, String).map(({ one }) => one)).toEqual(["hen", "Henry", "Then Hen"]);
	});

	it("finds by another name, after all that are called so", () => {
		const people = [
			{ name: "Mary", uid: "smith@lab" },
			{ name: "Blacksmith", uid: "tony@lab" },
		];
		const found = rank(
			"smith",
			people,
			({ name }) => name,
			({ uid }) => uid,
		);
		expect(found.map(({ one, marks }) => [one.name, marks.length])).toEqual([
			["Blacksmith", 1],
			["Mary", 0],
		]);
	});

	it("keeps the given order where nothing is wanted", () => {
		expect(rank(" ", names, String).map(({ one }) => one)).toEqual(names);
	});
});
