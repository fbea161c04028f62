/** Texts that depend on a number: `plurals("en")(3, "# person", "# people")` is "3 people". */

type Plural = (count: number, one: string, other: string) => string;

/** For languages with two forms; others need a function with more parameters. `#` is the formatted number. */
export function plurals(language: string): Plural {
	const rules = new Intl.PluralRules(language);
	const numbers = new Intl.NumberFormat(language);
	return (count, one, other) => (rules.select(count) === "one" ? one : other).replace("#", numbers.format(count));
}
