/** The beginning of a message in one line, without formatting marks. */

import { cut } from "../text/cut";
import { parseMarkdown } from "./blocks";
import { plainText } from "./tree";

/** Maximum length of the source to parse, which may have many marks. */
const SOURCE_CHARS = 2_000;

export const brief = (source: string, most: number): string =>
	cut(plainText(parseMarkdown(source.slice(0, SOURCE_CHARS))), most);
