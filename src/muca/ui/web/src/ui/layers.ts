/**
 * Layers above the page (dialogs, large pictures) have entries in the browser's history, so that Back closes the topmost layer
 * and nothing else. A layer that is closed in another way leaves its entry behind, which then represents the one beneath. Back
 * skips the entries that others represent. The page never goes back by itself, because the browser would merge that with the
 * user's Back at the same moment.
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** The state that the page stores in an entry. */
interface Entry {
	/** The number of the page's entries beneath. */
	depth: number;
	/** The depths of the entries to which Back leads, the next one last. */
	beneath: readonly number[];
	/** The number of open layers. */
	layers: number;
}

const entry = (): Entry => ({ depth: 0, beneath: [], layers: 0, ...(history.state as Partial<Entry> | null) });

/** The functions that close the layers, the topmost last. */
const open: (() => void)[] = [];
const covers = signal(false);
/** Whether a layer covers the page. */
export const isCovered: ReadonlySignal<boolean> = covers;
/** The current entry. */
let here = entry();
/** Whether the browser is skipping entries that others represent. */
let passing = false;

export function useLayer(onClose: () => void): void {
	const close = useRef(onClose);
	close.current = onClose;
	useLayoutEffect(() => addLayer(() => close.current()), []);
}

/** Open a layer; returns a function to remove it. */
export function addLayer(close: () => void): () => void {
	open.push(close);
	settle();
	return () => {
		open.splice(open.indexOf(close), 1);
		settle();
	};
}

/** Show a place: above the current one or, with `replace`, instead of it. */
export function enter(url: string, { replace }: { replace: boolean }): void {
	if (replace) put("replaceState", here, url);
	else put("pushState", { ...above(), layers: 0 }, url);
}

/** Whether Back would lead to another place of the page. */
export const hasPlaceBeneath = (): boolean => here.beneath.length > here.layers;

/** Start following the history; `arrived` is called to show another place. Returns a function to stop. */
export function startLayers(arrived: () => void): () => void {
	put("replaceState", entry());
	settle(); // a reloaded page has no layers
	const moved = () => {
		if (!passesOver()) arrived();
	};
	addEventListener("popstate", moved);
	return () => removeEventListener("popstate", moved);
}

/** The entry above this one. */
const above = () => ({ depth: here.depth + 1, beneath: [...here.beneath, here.depth] });

/** Create an entry for each open layer, or let this entry represent those beneath. */
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

/** The browser has moved: continue to where Back leads, or close the layers above that. */
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
