import { expect, it } from "vitest";
import { pageTitle } from "./badge";

it.each([
	[2, "Everyone", "(2) Everyone – muca"],
	[0, "Everyone", "Everyone – muca"],
	[100, null, "(99+) muca"],
	[0, null, "muca"],
])("the title with %i waiting, at %s", (waiting, where, title) => {
	expect(pageTitle(waiting, where)).toBe(title);
});
