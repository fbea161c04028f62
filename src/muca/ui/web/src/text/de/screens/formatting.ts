import type { Texts } from "../../en";

export const formatting: Texts["screens"]["formatting"] = {
	title: "Formatierung",
	intro: "Mit diesen Zeichen formatierst du deinen Text. Alles andere wird genau so gezeigt, wie du es schreibst.",
	typed: "Du schreibst",
	shown: "Andere sehen",
	examples: [
		"**fett**, *kursiv*, ~~durchgestrichen~~",
		"`Code` in einer Zeile",
		'```py\nprint("Code")\n```',
		"> ein Zitat\nund deine Antwort",
		"- eins\n- zwei\n  - tiefer",
		"1. erstens\n2. zweitens",
		"- [ ] zu tun\n- [x] erledigt",
		"# Eine Überschrift",
		"| Ware | Preis |\n|------|------:|\n| Tee | 2,50 |",
		"[Wörter](https://example.org)",
		"$a^2 + b^2 = c^2$",
	],
	plain: "Sollen die Zeichen selbst zu sehen sein, schreib vor jedes einen Backslash:",
	plainExample: "\\*nicht kursiv\\*",
};
