/** Words that depend on a number: `plurals("en")(3, "# person", "# people")` is "3 people". */

export type Plural = (count: number, one: string, other: string) => string;

/** For languages with two forms; a language with more needs a function that takes more. `#` is the number as it is written there. */
export function plurals(language: string): Plural {
	const rules = new Intl.PluralRules(language);
	const numbers = new Intl.NumberFormat(language);
	return (count, one, other) => (rules.select(count) === "one" ? one : other).replace("#", numbers.format(count));
}
