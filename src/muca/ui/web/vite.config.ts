import { defineConfig } from "vitest/config";

export default defineConfig({
	base: "./", // the page may be served below a path
	oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
	resolve: {
		alias: { react: "preact/compat", "react-dom": "preact/compat", "react/jsx-runtime": "preact/jsx-runtime" }, // virtua
	},
	build: {
		target: "es2022",
		assetsInlineLimit: 0, // the policy of the server allows nothing inline
		modulePreload: { polyfill: false },
		license: { fileName: "licenses.md" },
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
