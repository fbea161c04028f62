/**
 * The words of the page. An area of it has a file in `en/` and one in `de/`; English is the measure, and a text that German lacks is
 * a type error. A text with something put in, or one that depends on a number, is a function.
 */

export {
	ago,
	briefly,
	bytes,
	compareNames,
	dateAndTime,
	day,
	duration,
	exactTime,
	list,
	longDate,
	moment,
	number,
	timeOfDay,
	when,
} from "./formats";
export {
	chooseLanguage,
	LANGUAGES,
	type Language,
	type LanguageChoice,
	language,
	languageChoice,
	locale,
	startLanguage,
	text,
} from "./language";
