import { expect, test } from "vitest";
import type { Names } from "../../chat/chat";
import { namesAt, placesOf } from "./meant";

const chosen: Names = {
	"@Mary": [{ UID: "mary@lab" }],
	"@Mary Ann": [{ UID: "ann" }],
	"@zoe@lab": [{ UID: "zoe@lab" }],
	"@room": [{ ROOM: true }],
};

test.each([
	[
		"@Mary, and @Mary Ann!",
		[
			{ UID: "mary@lab", BEGIN: 0, LENGTH: 5 },
			{ UID: "ann", BEGIN: 11, LENGTH: 9 },
		],
	],
	["🦊 @room", [{ ROOM: true, BEGIN: 2, LENGTH: 5 }]],
	[
		"@zoe@lab @room",
		[
			{ UID: "zoe@lab", BEGIN: 0, LENGTH: 8 },
			{ ROOM: true, BEGIN: 9, LENGTH: 5 },
		],
	],
	["nobody", null],
	["@Mary ".repeat(51), null],
	["@Mary and @Bob", null],
	["@Maryland", null],
	["`@Mary`", null],
	["\\@Mary", null],
	["https://example.org/@Mary", null],
])("%s", (text, places) => {
	expect(placesOf(text, chosen)).toEqual(places);
});

const before = "🦊 @Li, @Mary, @Li, @room";
const places = [
	{ UID: "li", BEGIN: 2, LENGTH: 3 },
	{ UID: "ly", BEGIN: 2, LENGTH: 3 },
	{ UID: "mary@lab", BEGIN: 7, LENGTH: 5 },
	{ UID: "li", BEGIN: 14, LENGTH: 3 },
	{ UID: "ly", BEGIN: 14, LENGTH: 3 },
	{ ROOM: true as const, BEGIN: 19, LENGTH: 5 },
];

test("names mean in an edited text whom they meant before", () => {
	const names = namesAt(before, places);
	expect(placesOf(before, names)).toEqual(places);
	expect(placesOf("So @Mary", names)).toEqual([{ UID: "mary@lab", BEGIN: 3, LENGTH: 5 }]);
	expect(placesOf("@Marie and @room", names)).toBeNull();
});
