import { expect, test } from "vitest";
import { placesOf } from "./meant";

const chosen = new Map([
	["@Mary", { UID: "mary@lab" }],
	["@Mary Ann", { UID: "ann" }],
	["@zoe@lab", { UID: "zoe@lab" }],
	["@room", { ROOM: true as const }],
]);

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
	["@Mary and @Bob", null],
	["@Maryland", null],
	["`@Mary`", null],
	["\\@Mary", null],
	["https://example.org/@Mary", null],
])("%s", (text, places) => {
	expect(placesOf(text, chosen)).toEqual(places);
});
