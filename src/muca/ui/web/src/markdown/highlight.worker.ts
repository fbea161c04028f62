/** The worker that makes colours for code. */

import haskell from "highlight.js/lib/languages/haskell";
import latex from "highlight.js/lib/languages/latex";
import matlab from "highlight.js/lib/languages/matlab";
import powershell from "highlight.js/lib/languages/powershell";
import { common, createLowlight } from "lowlight";
import type { Block, Colors } from "./coloring";

const lowlight = createLowlight({ ...common, haskell, latex, matlab, powershell });

self.onmessage = ({ data: { source, language } }: MessageEvent<Block>) => {
	const colors: Colors = lowlight.registered(language) ? lowlight.highlight(language, source) : null;
	self.postMessage(colors);
};
self.postMessage("ready");
