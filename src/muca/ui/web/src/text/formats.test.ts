// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { ago, briefly, bytes, day, duration, list, moment, when } from "./formats";
import { chooseLanguage } from "./language";

const SATURDAY = new Date(2026, 10, 28, 9, 30).getTime();
const at = (...parts: [number, number, number, number?, number?]) =>
	new Date(parts[0], parts[1] - 1, ...parts.slice(2)).getTime();

afterEach(() => chooseLanguage("browser"));

describe("English", () => {
	it.each([
		[at(2026, 11, 28, 0, 1), "Today"],
		[at(2026, 11, 27, 23, 59), "Yesterday"],
		[at(2026, 11, 22), "Sunday"],
		[at(2026, 11, 21), "November 21"],
		[at(2025, 11, 21), "November 21, 2025"],
	])("days: %i", (ms, expected) => {
		expect(day(ms, SATURDAY)).toBe(expected);
	});

	it("says of a moment on another day which day it was", () => {
		expect(moment(at(2026, 11, 28, 8, 5), SATURDAY)).toMatch(/^8:05\sAM$/u);
		expect(moment(at(2026, 11, 27, 8, 5), SATURDAY)).toMatch(/^Nov 27, 2026, 8:05\sAM$/u);
	});

	it("has the time for today, and the day for before", () => {
		expect(when(at(2026, 11, 28, 8, 5), SATURDAY)).toMatch(/^8:05\sAM$/u);
		expect(when(at(2026, 11, 27, 8, 5), SATURDAY)).toBe("Yesterday");
	});

	it("is brief where there is little room", () => {
		expect(briefly(at(2026, 11, 28, 8, 5), SATURDAY)).toMatch(/^8:05\sAM$/u);
		expect(briefly(at(2026, 11, 27, 8, 5), SATURDAY)).toBe("Fri");
		expect(briefly(at(2026, 11, 2, 8, 5), SATURDAY)).toBe("Nov 2");
		expect(briefly(at(2025, 11, 2, 8, 5), SATURDAY)).toBe("11/2/25");
	});

	it.each([
		[-30, "just now"],
		[-90, "1 minute ago"],
		[-7_300, "2 hours ago"],
		[-86_400, "yesterday"],
		[-3 * 86_400, "3 days ago"],
		[3_700, "in 1 hour"],
	])("%i seconds from now", (seconds, expected) => {
		expect(ago(SATURDAY + seconds * 1000, SATURDAY)).toBe(expected);
	});

	it.each([
		[0, "0 bytes"],
		[1, "1 byte"],
		[999, "999 bytes"],
		[1_400_000, "1.4 MB"],
		[25_000_000, "25 MB"],
		[123_456_789, "123 MB"],
		[4_000_000_000_000_000, "4,000 TB"],
	])("%i bytes", (count, expected) => {
		expect(bytes(count)).toBe(expected);
	});

	it.each([
		[0.2, "1 second"],
		[600, "10 minutes"],
		[86_400, "24 hours"],
		[604_800, "7 days"],
		[1_095 * 86_400, "3 years"],
	])("%f seconds long", (seconds, expected) => {
		expect(duration(seconds)).toBe(expected);
	});

	it("lists names", () => {
		expect(list(["Henry", "Mary", "Zoë"])).toBe("Henry, Mary, and Zoë");
	});
});

it("follows the language that is chosen", async () => {
	await chooseLanguage("de");
	expect(day(at(2026, 11, 27), SATURDAY)).toBe("Gestern");
	expect(bytes(1_400_000)).toBe("1,4 MB");
	expect(duration(60)).toBe("1 Minute");
	expect(list(["Henry", "Mary"])).toBe("Henry und Mary");
});
