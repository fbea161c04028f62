/** The beginning of a message in one line, without the marks of its text. */

import { cut } from "../text/cut";
import { parseMarkdown } from "./blocks";
import { plainText } from "./tree";

/** Looked at, as marks may take much of a text. */
const SOURCE_CHARS = 2_000;

export const brief = (source: string, most: number): string =>
	cut(plainText(parseMarkdown(source.slice(0, SOURCE_CHARS))), most);
