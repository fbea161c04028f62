import { resolve } from "node:path";
import { build, type Rolldown } from "vite";
import { expect, it } from "vitest";
import { worker } from "./build";

/** A page of a few files, built as ours is. */
async function built(): Promise<Rolldown.RolldownOutput> {
	const virtual: Record<string, string> = {
		"virtual:page": "import('virtual:part'); export const page = 1;",
		"virtual:part": "export const part = 2; console.log(part);",
		"virtual:worker": "console.log(PAGE_HASH, PAGE_FILES);",
	};
	const files = {
		name: "files",
		resolveId: (id: string) => (id in virtual ? id : null),
		load: (id: string) => virtual[id] ?? null,
		generateBundle(this: { emitFile: (file: object) => void }) {
			this.emitFile({ type: "asset", fileName: "index.html", source: "<!doctype html>" });
			this.emitFile({ type: "asset", fileName: "assets/data-1.json", source: "{}" });
		},
	};
	const output = await build({
		configFile: false,
		logLevel: "silent",
		root: resolve(import.meta.dirname),
		publicDir: resolve(import.meta.dirname, "../../public"),
		plugins: [files, worker()],
		build: {
			write: false,
			rolldownOptions: {
				input: { page: "virtual:page", worker: "virtual:worker" },
				output: { entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : `assets/${name}.js`) },
			},
		},
	});
	return output as Rolldown.RolldownOutput;
}

it("tells the worker which files the page has, and gives the build a name", async () => {
	const { output } = await built();
	const code = output.find(({ fileName }) => fileName === "worker.js");
	if (code?.type !== "chunk") throw new Error("no worker.js");
	expect(code.code).toMatch(/assets\/page\.js/);
	expect(code.code).toMatch(/"icon\.svg"/);
	expect(code.code).toMatch(/assets\/virtual_part-[\w-]+\.js/);
	expect(code.code).not.toMatch(/PAGE_|index\.html|data-1\.json|worker\.js/);
	expect(code.code).toMatch(/[0-9a-f]{16}/);
});
