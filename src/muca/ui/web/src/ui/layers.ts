/**
 * What lies above the page, dialogs and large pictures, has entries of the browser's history: back closes the topmost and does nothing
 * else. Closed in another way, its entry goes, too; if it was left beneath others, it is passed over on the way back.
 */

import { useLayoutEffect, useRef } from "preact/hooks";

/** What the page keeps in an entry: how many entries of the page lie beneath, and how many layers are open. */
interface Entry {
	depth: number;
	layers: number;
}

export const entry = (): Entry => ({ depth: 0, layers: 0, ...(history.state as Partial<Entry> | null) });

/** What closes each, the topmost last. */
const open: (() => void)[] = [];
let settling: ReturnType<typeof setTimeout> | undefined;
/** The browser is on its way to another entry, and what has to wait for that. */
let moving = false;
const waiting: (() => void)[] = [];

export function useLayer(onClose: () => void): void {
	const close = useRef(onClose);
	close.current = onClose;
	useLayoutEffect(() => {
		const layer = () => close.current();
		open.push(layer);
		settleSoon();
		return () => {
			open.splice(open.indexOf(layer), 1);
			settleSoon();
		};
	}, []);
}

/** Change the history once it is not on its way. */
export function whenStill(change: () => void): void {
	if (moving) waiting.push(change);
	else change();
}

/** Follow the history from now on; gives what stops it. */
export function startLayers(): () => void {
	addEventListener("popstate", moved);
	settleSoon(); // a page loaded anew has none open
	return () => removeEventListener("popstate", moved);
}

/** Not at once: one layer may take the place of another, and who closes it may lead to another place. */
function settleSoon(): void {
	clearTimeout(settling);
	settling = setTimeout(settle);
}

function settle(): void {
	if (moving) return; // it is done on arrival
	const { depth, layers } = entry();
	if (layers > open.length) {
		moving = true;
		history.go(open.length - layers);
	} else if (layers < open.length) {
		history.pushState({ depth: depth + 1, layers: layers + 1 }, "");
		settle();
	}
}

function moved(): void {
	const wasOurs = moving;
	moving = false;
	const { layers } = entry();
	if (!wasOurs) for (const close of open.slice(layers).reverse()) close();
	if (layers > open.length) settle();
	if (moving) return;
	for (const change of waiting.splice(0)) change();
	settleSoon();
}
