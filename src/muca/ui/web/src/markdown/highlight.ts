/** Colours for code. Loaded when the first block with a language is shown. */

import type { Root } from "hast";
import haskell from "highlight.js/lib/languages/haskell";
import latex from "highlight.js/lib/languages/latex";
import matlab from "highlight.js/lib/languages/matlab";
import powershell from "highlight.js/lib/languages/powershell";
import { common, createLowlight } from "lowlight";

const lowlight = createLowlight({ ...common, haskell, latex, matlab, powershell });

/** Of a line: for some languages, work grows with its square. */
const LINE_CHARS_MAX = 1_000;

/** The code as a tree of spans; null for a language that it does not know, and for what no person wrote. */
export const highlight = (source: string, language: string): Root | null =>
	lowlight.registered(language) && source.split("\n").every((line) => line.length <= LINE_CHARS_MAX)
		? lowlight.highlight(language, source)
		: null;
