// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { broughtBy, hasFiles, isText } from "./brought";

const picture = new File(["png"], "image.png", { type: "image/png" });

/** As browsers give it. */
function brought(texts: Record<string, string>, files: File[] = [], folders: string[] = []): DataTransfer {
	const all = [
		...files.map((file) => ({ file, isDirectory: false })),
		...folders.map((name) => ({ file: new File([], name), isDirectory: true })),
	];
	return {
		types: [...Object.keys(texts), ...(all.length ? ["Files"] : [])],
		files: all.map(({ file }) => file),
		items: [
			...Object.keys(texts).map(() => ({ kind: "string", getAsFile: () => null })),
			...all.map(({ file, isDirectory }) => ({
				kind: "file",
				getAsFile: () => file,
				webkitGetAsEntry: () => ({ isDirectory }),
			})),
		],
		getData: (type: string) => texts[type] ?? "",
	} as unknown as DataTransfer;
}

test.each<[string, Record<string, string>, string[], boolean]>([
	["Word, OneNote", { "text/plain": "Hello", "text/html": "<p>Hello</p>", "text/rtf": "{}" }, ["image.png"], true],
	["a spreadsheet", { "text/plain": "1\t2", "text/html": "<table><tr><td>1<td>2</table>" }, ["image.png"], true],
	["a program without HTML", { "text/plain": "1\t2" }, ["image.png"], true],
	["text that names its picture", { "text/plain": "see image.png", "text/html": "<p>see</p>" }, ["image.png"], true],
	[
		"a cell with an address",
		{ "text/plain": "https://x.example", "text/html": "<td>https://x.example" },
		["image.png"],
		true,
	],
	["a picture with its address", { "text/plain": "https://x.example/cat" }, ["image.png"], false],
	[
		"the same with HTML",
		{ "text/plain": "https://x.example/cat", "text/html": "<img alt='cat'>" },
		["image.png"],
		false,
	],
	[
		"styles, which are no text",
		{ "text/plain": "https://x.example/cat", "text/html": "<body><style>p {}</style><img>" },
		["image.png"],
		false,
	],
	["a picture of a web page", { "text/html": "<img>" }, ["image.png"], false],
	["a picture in Word", { "text/plain": "\r\n", "text/html": "<img>" }, ["image.png"], false],
	["a screenshot", {}, ["image.png"], false],
	["a file in Finder", { "text/plain": "film.mp4" }, ["film.mp4"], false],
	["files in Nautilus", { "text/plain": "/mnt/a/b.txt\n/mnt/a/c.txt" }, ["b.txt", "c.txt"], false],
])("%s", (_, texts, names, expected) => {
	expect(
		isText(
			brought(
				texts,
				names.map((name) => new File(["x"], name)),
			),
		),
	).toBe(expected);
});

test("files and folders are told apart", () => {
	const data = brought({ "text/plain": "x" }, [picture], ["Holidays"]);
	expect(broughtBy(data)).toEqual({ files: [picture], folders: ["Holidays"] });
	expect(hasFiles(data)).toBe(true);
	expect(hasFiles(brought({ "text/plain": "x" }))).toBe(false);
	expect(hasFiles(null)).toBe(false);
});
