/**
 * What lies above the page, dialogs and large pictures, has entries of the browser's history: Back closes the topmost layer and does
 * nothing else. A layer that is closed in another way leaves its entry behind, which then stands for the one beneath. Back passes over
 * the entries that others stand for. The page never goes back unasked: the browser would mix that up with a Back of the reader's that
 * comes at the same moment.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** What the page keeps in an entry. */
interface Entry {
	/** How many entries of the page lie beneath. */
	depth: number;
	/** The depths of those where Back leads, one after another, the next one last. */
	beneath: readonly number[];
	/** How many layers are open. */
	layers: number;
}

const entry = (): Entry => ({ depth: 0, beneath: [], layers: 0, ...(history.state as Partial<Entry> | null) });

/** What closes each layer, the topmost last. */
const open: (() => void)[] = [];
const covers = signal(false);
/** Whether a layer lies above the page. */
export const isCovered: ReadonlySignal<boolean> = covers;
/** Where the page is. */
let here = entry();
/** Whether the browser is on its way over entries that others stand for. */
let passing = false;

export function useLayer(onClose: () => void): void {
	const close = useRef(onClose);
	close.current = onClose;
	useLayoutEffect(() => addLayer(() => close.current()), []);
}

/** Open a layer; gives what takes it away. */
export function addLayer(close: () => void): () => void {
	open.push(close);
	settle();
	return () => {
		open.splice(open.indexOf(close), 1);
		settle();
	};
}

/** Show a place: above the one that is shown or, with `replace`, instead of it. */
export function enter(url: string, { replace }: { replace: boolean }): void {
	if (replace) put("replaceState", here, url);
	else put("pushState", { ...above(), layers: 0 }, url);
}

/** Whether Back would lead to another place of the page. */
export const hasPlaceBeneath = (): boolean => here.beneath.length > here.layers;

/** Follow the history from now on; `arrived` is told when another place is to be shown. Gives what stops it. */
export function startLayers(arrived: () => void): () => void {
	put("replaceState", entry());
	settle(); // a page loaded anew has no layers
	const moved = () => {
		if (!passesOver()) arrived();
	};
	addEventListener("popstate", moved);
	return () => removeEventListener("popstate", moved);
}

/** The entry above this one. */
const above = () => ({ depth: here.depth + 1, beneath: [...here.beneath, here.depth] });

/** Have as many entries as layers are open, or have this one stand for those beneath. */
function settle(): void {
	covers.value = open.length > 0;
	while (here.layers < open.length) put("pushState", { ...above(), layers: here.layers + 1 });
	const closed = here.layers - open.length;
	if (closed > 0) put("replaceState", { ...here, beneath: here.beneath.slice(0, -closed), layers: open.length });
}

function put(how: "pushState" | "replaceState", state: Entry, url?: string): void {
	history[how](state, "", url);
	here = state;
}

/** The browser has moved: go on to where Back leads, or close what lies above that. */
function passesOver(): boolean {
	const from = here;
	if (history.state === null)
		put("replaceState", { ...above(), layers: 0 }); // a link has led here
	else here = entry();
	const more = here.depth - (from.beneath.at(-1) ?? -1);
	passing = !passing && here.depth === from.depth - 1 && more > 0;
	if (passing) {
		history.go(-more);
		return true;
	}
	for (const close of open.slice(here.layers).reverse()) close();
	if (here.layers > open.length) settle();
	return false;
}
