/** The last message of a conversation, as one line of the list. */

import { brief } from "../../markdown/brief";
import type { Texts } from "../../text/en";
import type { Last } from "../../wire/words";

/** More than a line can show; the style sheet truncates it. */
const CHARS = 160;

export const inOneLine = (source: string): string => brief(source, CHARS).trim();

export function lastWords(
	{ MSG = "", FILES = 0, NAME = "", TYPE = "" }: Last,
	words: Texts["conversation"]["last"],
): string {
	if (MSG) return inOneLine(MSG);
	if (FILES > 1) return words.files(FILES);
	return TYPE.startsWith("image/") ? words.picture : NAME;
}
