/** Vite's configuration of the service worker: it is `worker.js` beside `index.html`, and has a list of the build's files. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Not cached: emoji data is large and rarely needed, so it is loaded from the server; index.html is cached as `./`. */
const NOT_KEPT = /\.json$|^\.vite\/|^worker\.js$|^index\.html$/;
/** The only file of `public` that the page shows. */
const LOGO = "icon.svg";

export const worker = (): Plugin => ({
	name: "muca:worker",
	enforce: "post",
	generateBundle(_options, bundle) {
		const files = [...Object.keys(bundle).filter((name) => !NOT_KEPT.test(name)), LOGO];
		const logo = readFileSync(join(this.environment.config.publicDir, LOGO));
		const index = bundle["index.html"];
		const code = bundle["worker.js"];
		if (index?.type !== "asset" || code?.type !== "chunk")
			throw new Error("The build has no index.html or no worker.js.");
		const hash = createHash("sha256").update(files.join()).update(logo).update(index.source).digest("hex").slice(0, 16);
		code.code = code.code
			.replace(/\bPAGE_FILES\b/g, JSON.stringify(files))
			.replace(/\bPAGE_HASH\b/g, JSON.stringify(hash));
	},
});
