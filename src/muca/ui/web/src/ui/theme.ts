/** Light or dark, as chosen or as the system default. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { keepText, keptText } from "../keeping";

export const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const KEPT = "muca.theme";

const chosen = signal<Theme>(THEMES.find((each) => each === keptText(KEPT)) ?? "system");
export const theme: ReadonlySignal<Theme> = chosen;

export function chooseTheme(wanted: Theme): void {
	chosen.value = wanted;
	keepText(KEPT, wanted === "system" ? null : wanted);
	showTheme();
}

/** Called at the start, before anything is shown. */
export function showTheme(): void {
	const { dataset } = document.documentElement;
	if (chosen.value === "system") delete dataset.theme;
	else dataset.theme = chosen.value;
	// The colour of the bars around the page on phones.
	for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
		const dark = chosen.value === "system" ? meta.media.includes("dark") : chosen.value === "dark";
		meta.content = dark ? "#151618" : "#f6f5f2"; // --bg of style/tokens.css
	}
}
