import { expect, test } from "vitest";
import { offset, zone } from "./zone";

test.each([
	[0, "+00:00"],
	[120, "+02:00"],
	[-210, "-03:30"],
	[345, "+05:45"],
])("%d minutes are %s", (minutes, wanted) => {
	expect(offset(minutes)).toBe(wanted);
});

test("a zone that the browser does not know is said by its offset", () => {
	const known = new Intl.DateTimeFormat("en", { timeZone: "Europe/Berlin" }).resolvedOptions();
	expect(zone(known)).toBe("Europe/Berlin");
	expect(zone({ ...known, timeZone: "Etc/Unknown" })).toBe(offset(-new Date().getTimezoneOffset()));
});
