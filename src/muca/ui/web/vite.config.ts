import { defineConfig } from "vitest/config";
import { worker } from "./src/pwa/build.ts";

export default defineConfig({
	base: "./", // the page may be served below a path
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	plugins: [worker()],
	build: {
		target: "es2022",
		assetsInlineLimit: 0, // the policy of the server allows nothing inline
		modulePreload: { polyfill: false },
		manifest: true,
		license: true,
		rolldownOptions: {
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
	test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
