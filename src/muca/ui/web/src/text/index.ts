/**
 * The texts of the page. Each area has a file in `en/` and one in `de/`. English defines the type, so a missing German text is a
 * type error. A text with parameters is a function.
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
