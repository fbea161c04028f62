// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { afterEach, expect, it } from "vitest";
import { browserLanguage, chooseLanguage, language, languageChoice, text } from "./language";

afterEach(() => chooseLanguage("browser"));

it.each([
	[["de-AT", "en"], "de"],
	[["fr", "de"], "de"],
	[["en-GB", "de"], "en"],
	[["fr"], "en"],
	[[], "en"],
])("a browser that wants %j gets %s", (tags, expected) => {
	expect(browserLanguage(tags)).toBe(expected);
});

it("changes what is shown, without reload, and remembers the choice", async () => {
	const shown: string[] = [];
	const stop = effect(() => {
		shown.push(text.value.screens.join.join);
	});
	await chooseLanguage("de");
	stop();
	expect(shown).toEqual(["Join", "Beitreten"]);
	expect(language.value).toBe("de");
	expect(document.documentElement.lang).toBe("de");
	expect(localStorage.getItem("muca.language")).toBe("de");
});

it("goes back to the browser's", async () => {
	await chooseLanguage("de");
	await chooseLanguage("browser");
	expect(languageChoice.value).toBe("browser");
	expect(text.value.screens.join.join).toBe("Join");
	expect(localStorage.getItem("muca.language")).toBeNull();
});
