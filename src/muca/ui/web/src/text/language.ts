/** The language of the page: the chosen one, or else the browser's. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { keepText, keptText } from "../keeping";
import { en, type Texts } from "./en";

/** English is always loaded; the others on demand. */
const LOADERS = {
	en: async () => en,
	de: async () => (await import("./de")).de,
};
export type Language = keyof typeof LOADERS;
export type LanguageChoice = Language | "browser";

/** The name of each language in that language. */
export const LANGUAGES: Record<Language, string> = { en: "English", de: "Deutsch" };

const KEPT = "muca.language";

const isLanguage = (code: string | null): code is Language => code !== null && code in LOADERS;

const choice = signal<LanguageChoice>(keptChoice());
const spoken = signal<{ language: Language; texts: Texts }>({ language: "en", texts: en });

export const languageChoice: ReadonlySignal<LanguageChoice> = choice;
/** All texts in the current language: `text.value.screens.join.title`. */
export const text: ReadonlySignal<Texts> = computed(() => spoken.value.texts);
export const language: ReadonlySignal<Language> = computed(() => spoken.value.language);
/** For dates and numbers: the browser's variant of the language, if it has one (`en-GB`). */
export const locale: ReadonlySignal<string> = computed(
	() => navigator.languages.find((tag) => tag.split("-")[0] === language.value) ?? language.value,
);

/** Load the language before anything is shown. */
export async function startLanguage(): Promise<void> {
	const wanted = choice.value === "browser" ? browserLanguage(navigator.languages) : choice.value;
	const texts = await LOADERS[wanted]();
	spoken.value = { language: wanted, texts };
	document.documentElement.lang = wanted;
}

export async function chooseLanguage(chosen: LanguageChoice): Promise<void> {
	choice.value = chosen;
	keepText(KEPT, chosen === "browser" ? null : chosen);
	await startLanguage();
}

/** The first of the browser's languages that the page supports, or else English. */
export function browserLanguage(tags: readonly string[]): Language {
	return tags.map((tag) => tag.split("-")[0] ?? "").find(isLanguage) ?? "en";
}

function keptChoice(): LanguageChoice {
	const kept = keptText(KEPT);
	return isLanguage(kept) ? kept : "browser";
}
