/** The rules for imports: they point one way, without circles, and every export is imported somewhere. */

import { expect, it } from "vitest";

/** The folders that a folder's modules may import from, besides their own and the root. */
const MAY_IMPORT: Record<string, readonly string[]> = {
	wire: [],
	text: ["wire"],
	markdown: ["text", "wire"],
	chat: ["text", "wire"],
	notify: ["chat", "markdown", "text", "ui", "wire"],
	pwa: ["chat", "ui"],
	ui: ["chat", "markdown", "notify", "pwa", "text", "wire"],
	testing: ["chat", "wire"],
	demo: ["chat", "testing", "wire"],
};

const sources: Record<string, string> = import.meta.glob("./**/*.{ts,tsx}", {
	query: "?raw",
	import: "default",
	eager: true,
});
const modules = Object.entries(sources).map(([path, source]) => ({ path, source, imports: importsOf(path, source) }));
const shipped = modules.filter(({ path }) => !/\.test\.|^\.\/(testing|demo)\//.test(path));

interface Import {
	to: string;
	/** `*`: all of them. */
	names: readonly string[];
	/** Loaded when needed, by `import()`. */
	isLazy: boolean;
}

/** The imports of other modules of the page. The formatter makes their form predictable. */
function importsOf(path: string, source: string): Import[] {
	const found = [
		...[...source.matchAll(/^(?:import|export) (?:type )?([^;"]*?) ?(?:from )?"(\..*)";/gm)].map(
			([, names = "", to = ""]) => ({ to, names: names.match(/\*|\w+/g) ?? [], isLazy: false }),
		),
		...[...source.matchAll(/\bimport\("(\..*?)"\)/g)].map(([, to = ""]) => ({
			to,
			names: source.match(/\w+/g) ?? [],
			isLazy: true,
		})),
	];
	return found.flatMap(({ to, ...more }) => {
		const base = new URL(to, `file:///${path}`).pathname.replace(/^\//, "./");
		const target = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`].find((each) =>
			Object.hasOwn(sources, each),
		);
		return target === undefined ? [] : [{ to: target, ...more }];
	});
}

const folderOf = (path: string): string => /^\.\/(\w+)\//.exec(path)?.[1] ?? "";

it("is found where it is", () => {
	const main = modules.find(({ path }) => path === "./main.tsx");
	expect(main?.imports).toContainEqual({ to: "./chat/create.ts", names: ["createChat"], isLazy: false });
	expect(main?.imports).toContainEqual(expect.objectContaining({ to: "./demo/world.ts", isLazy: true }));
});

it("points one way between folders", () => {
	const wrong = shipped.flatMap(({ path, imports }) =>
		imports.flatMap(({ to, isLazy }) => {
			const [from, folder] = [folderOf(path), folderOf(to)];
			if (from === "") return isLazy || (folder !== "testing" && folder !== "demo") ? [] : [`${path} → ${to}`];
			return folder === "" || folder === from || MAY_IMPORT[from]?.includes(folder) ? [] : [`${path} → ${to}`];
		}),
	);
	expect(wrong).toEqual([]);
});

it("has no circles", () => {
	const importsBy = new Map(modules.map(({ path, imports }) => [path, imports]));
	const done = new Set<string>();
	const circles: string[] = [];
	const follow = (path: string, way: readonly string[]): void => {
		if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" → "));
		if (done.has(path)) return;
		done.add(path);
		for (const { to } of importsBy.get(path) ?? []) follow(to, [...way, path]);
	};
	for (const { path } of modules) follow(path, []);
	expect(circles).toEqual([]);
});

it("finds each export used: by what ships, or at least by its own module and a test", () => {
	const names = (users: typeof modules, of: string) =>
		new Set(users.flatMap(({ imports }) => imports.flatMap(({ to, names }) => (to === of ? names : []))));
	const unused = modules.flatMap(({ path, source }) => {
		const declared = source.matchAll(/^export (?:async )?(?:const|function|class|interface|type|let) (\w+)/gm);
		const [byShipped, byAny] = [names(shipped, path), names(modules, path)];
		return [...declared].flatMap(([, name = ""]) => {
			const isUsedHere = source.split(new RegExp(`\\b${name}\\b`)).length > 2;
			const isShipped = shipped.some((each) => each.path === path);
			const isUsed = byShipped.has(name) || (byAny.has(name) && (isUsedHere || !isShipped));
			return isUsed ? [] : [`${path}: ${name}`];
		});
	});
	expect(unused).toEqual([]);
});
