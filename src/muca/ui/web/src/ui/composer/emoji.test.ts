import { expect, test } from "vitest";
import { type Emoji, emojiForm, findEmoji } from "./emoji";

const emoji = (sign: string, shorts: string[], ...words: string[]): Emoji => ({
	emoji: sign,
	name: words[0] ?? "",
	group: 0,
	shorts,
	words: [...shorts, ...words],
});
const ALL = [
	emoji("😀", ["grinning"], "grinning face", "happy"),
	emoji("👍", ["+1", "thumbsup"], "thumbs up", "yes"),
	emoji("👎", ["-1", "thumbsdown"], "thumbs down"),
	emoji("🎉", ["tada"], "party popper", "happy birthday"),
	emoji("🐯", ["tiger"], "tiger face"),
];
const found = (query: string, max = 10) => findEmoji(ALL, query, max).map(({ emoji: sign }) => sign);

test.each([
	["tada", ["🎉"]],
	["TADA", ["🎉"]],
	["+1", ["👍"]],
	["thumbs", ["👍", "👎"]],
	["happy", ["😀", "🎉"]],
	["ig", ["🐯"]],
	["xyz", []],
])("%s finds %j", (query, signs) => {
	expect(found(query)).toEqual(signs);
});

test("the code itself comes before what only has it within", () => {
	expect(findEmoji([emoji("🅰", ["catalog"]), emoji("🐈", ["cat"])], "cat", 5).map((each) => each.emoji)).toEqual([
		"🐈",
		"🅰",
	]);
});

test("no more than wanted", () => {
	expect(found("a", 2)).toHaveLength(2);
});

test.each([
	["👍\ufe0f", "👍"],
	["❤\ufe0f", "❤\ufe0f"],
	["1\ufe0f\u20e3", "1\ufe0f\u20e3"],
	["👁\ufe0f\u200d🗨\ufe0f", "👁\ufe0f\u200d🗨\ufe0f"],
])("%s is kept as %s", (emoji, form) => {
	expect(emojiForm(emoji)).toBe(form);
});
