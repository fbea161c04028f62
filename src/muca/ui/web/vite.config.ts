import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { worker } from "./src/pwa/build.ts";

/** Puts packed copies beside what packs well, so that no server has to do it again for each visitor. */
const pack = (): Plugin => ({
	name: "muca:pack",
	writeBundle({ dir = "." }, bundle) {
		for (const name of Object.keys(bundle).filter((name) => /\.(css|html|js|json|svg)$/.test(name))) {
			const path = join(dir, name);
			const plain = readFileSync(path);
			writeFileSync(`${path}.br`, brotliCompressSync(plain));
			writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
		}
	},
});

export default defineConfig({
	base: "./", // the page may be served below a path
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	plugins: [worker(), pack()],
	build: {
		target: "es2022",
		assetsInlineLimit: 0, // the policy of the server allows nothing inline
		modulePreload: { polyfill: false },
		license: { fileName: "licenses.md" },
		rolldownOptions: {
			checks: { pluginTimings: false }, // packing takes its time
			input: ["index.html", "src/pwa/worker.ts"],
			output: { entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : "assets/[name]-[hash].js") },
		},
	},
	server: {
		proxy: Object.fromEntries(
			["/websocket", "/files", "/session", "/server", "/healthz"].map((path) => [
				path,
				{ target: "http://localhost:40452", ws: path === "/websocket" },
			]),
		),
	},
	// Files that need a DOM say so in their first line; a worker takes many files, as starting one costs more than most tests.
	test: { include: ["src/**/*.test.{ts,tsx}"], pool: "threads", isolate: false, testTimeout: 60_000 },
});
