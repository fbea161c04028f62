import { expect, it } from "vitest";
import { parseDay } from "./days";

const SATURDAY = new Date(2026, 10, 28, 9, 30);

it.each([
	["2026-11-21", "en", [2026, 11, 21]],
	["21.11.", "de", [2026, 11, 21]],
	["21.11.2025", "de", [2025, 11, 21]],
	["11/21", "en-US", [2026, 11, 21]],
	["21/11", "en-GB", [2026, 11, 21]],
	["24.12.", "de", [2025, 12, 24]],
	["29.2.", "de", [2024, 2, 29]],
	["2/29", "en-US", [2024, 2, 29]],
	["29.2.2023", "de", null],
	["28.11.", "de", [2026, 11, 28]],
	["29.11.", "de", [2025, 11, 29]],
	["today", "en", [2026, 11, 28]],
	["Yester", "en", [2026, 11, 27]],
	["gestern", "de", [2026, 11, 27]],
	["fri", "en", [2026, 11, 27]],
	["Sonntag", "de", [2026, 11, 22]],
	["sa", "en", [2026, 11, 28]],
	["2026-02-30", "en", null],
	["31.2.", "de", null],
	["13/13", "en-US", null],
	["f", "en", null],
	["", "en", null],
	["cryostat", "en", null],
])("%s in %s", (written, locale, expected) => {
	const [year = 0, month = 0, day = 0] = expected ?? [];
	expect(parseDay(written, locale, SATURDAY)).toBe(expected ? new Date(year, month - 1, day).getTime() : null);
});
