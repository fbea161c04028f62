import { expect, test } from "vitest";
import type { Names } from "../../chat/chat";
import { namesAt, placesOf } from "./meant";

const chosen: Names = {
	"@Mary": [{ UID: "mary@lab" }],
	"@Mary Ann": [{ UID: "ann" }],
	"@zoe@lab": [{ UID: "zoe@lab" }],
	"@room": [{ ROOM: true }],
	"@田中": [{ UID: "tanaka" }],
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
	["see https://example.org/@Mary and mail a@b.org, @Mary", [{ UID: "mary@lab", BEGIN: 48, LENGTH: 5 }]],
	[
		"@Mary/@room",
		[
			{ UID: "mary@lab", BEGIN: 0, LENGTH: 5 },
			{ ROOM: true, BEGIN: 6, LENGTH: 5 },
		],
	],
	["你好@Mary你好", [{ UID: "mary@lab", BEGIN: 2, LENGTH: 5 }]],
	["@田中さん @ 5", [{ UID: "tanaka", BEGIN: 0, LENGTH: 3 }]],
	[
		"@Mary’s, @Mary.",
		[
			{ UID: "mary@lab", BEGIN: 0, LENGTH: 5 },
			{ UID: "mary@lab", BEGIN: 9, LENGTH: 5 },
		],
	],
	["nobody", null],
	["@Mary ＠Bob", null],
	["你好@Bob @Mary", null],
	["@Mary-Ann", null],
	["@Mary_2", null],
	["@Mary.example.org", null],
	["~~~\n@Mary\n~~~", null],
	["https://example.org?by=@Mary", null],
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
