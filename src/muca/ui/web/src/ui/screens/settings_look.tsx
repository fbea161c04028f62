import { chooseLanguage, LANGUAGES, type Language, languageChoice, text } from "../../text";
import { Choice } from "../parts/field";
import { toastError } from "../parts/toast";
import { chooseTheme, THEMES, theme } from "../theme";
import { Segments } from "./segments";

/** Theme and language. */
export function Look() {
	const words = text.value.screens.settings;
	const languages = Object.entries(LANGUAGES);
	return (
		<>
			<Segments
				label={words.theme}
				shown
				value={theme.value}
				options={THEMES.map((each) => [each, words.themes[each]] as const)}
				onChange={chooseTheme}
			/>
			<Choice
				label={words.language}
				value={languageChoice.value}
				options={[["browser", words.languageBrowser], ...languages]}
				onChange={(event) => chooseLanguage(event.currentTarget.value as Language | "browser").catch(toastError)}
			/>
		</>
	);
}
