/** Converts LaTeX to MathML with KaTeX. Loaded when the first formula is shown. */

import katex from "katex";
import { type ComponentChildren, h } from "preact";

/** A node of KaTeX's output: element, text or space. */
interface Part {
	type?: string;
	attributes?: Record<string, string>;
	children?: Part[];
	text?: string;
	/** For a space. */
	character?: string;
	width?: number;
}

const SETTINGS = { output: "mathml", throwOnError: true, strict: "ignore", trust: false, maxExpand: 200, maxSize: 20 };

const { __renderToDomTree: toTree } = katex as unknown as {
	__renderToDomTree(source: string, settings: typeof SETTINGS & { displayMode: boolean }): Part;
};

/** The formula as elements; null if it is invalid. */
export function renderMath(source: string, display: boolean): ComponentChildren {
	try {
		return element(toTree(source, { ...SETTINGS, displayMode: display }));
	} catch {
		return null;
	}
}

function element({ type, attributes, children = [], text, character, width }: Part): ComponentChildren {
	if (text !== undefined) return text;
	const inner = children.map(element);
	if (type !== undefined && type !== "span") {
		const { style: _, ...allowed } = attributes ?? {}; // the page's policy allows no styles
		return h(type, allowed, inner);
	}
	if (character) return character;
	return width === undefined ? inner : h("mspace", { width: `${width}em` });
}
