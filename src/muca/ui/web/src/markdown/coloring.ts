/** Colours for code. A worker makes them, one block after the other: code that takes long to colour must not hold up the page. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Root } from "hast";

export interface Block {
	source: string;
	language: string;
}

/** The code as a tree of spans; null if its language is not known or it takes too long. */
export type Colors = Root | null;

/** What is used of a worker. It says “ready” once, then answers each `Block` with its `Colors`. */
export interface ColorWorker {
	onmessage: ((message: MessageEvent) => void) | null;
	onerror: ((error: ErrorEvent) => void) | null;
	postMessage(block: Block): void;
	terminate(): void;
}

const DEADLINE_MS = 2_000;
/** Blocks whose colours are kept, so that they have them at once when they are drawn again. */
const KEPT_MAX = 200;

/** Returns what gives a block its colours: a signal that is null until they are there. */
export function startColoring(start: () => ColorWorker): (block: Block) => ReadonlySignal<Colors> {
	const kept = new Map<string, ReadonlySignal<Colors>>();
	let worker: ColorWorker | null = null;
	let turn = Promise.resolve();

	async function color(block: Block): Promise<Colors> {
		if (worker === null) {
			worker = start();
			await answer(worker);
		}
		worker.postMessage(block);
		return (await answer(worker, DEADLINE_MS)) as Colors;
	}

	function stop(): void {
		worker?.terminate();
		worker = null;
	}

	return (block) => {
		const key = JSON.stringify(block);
		const before = kept.get(key);
		if (before) return before;
		const colors = signal<Colors>(null);
		kept.set(key, colors);
		for (const oldest of kept.keys()) if (kept.size > KEPT_MAX) kept.delete(oldest);
		turn = turn
			.then(() => color(block))
			.then(
				(made) => {
					colors.value = made;
				},
				(error: unknown) => {
					if (!(error instanceof TooSlow)) kept.delete(key); // tried again when it is drawn again
					console.info(error);
					stop();
				},
			);
		return colors;
	};
}

class TooSlow extends Error {}

/** The next thing that it says. */
function answer(worker: ColorWorker, withinMs?: number): Promise<unknown> {
	return new Promise((resolve, reject) => {
		worker.onmessage = ({ data }) => resolve(data);
		worker.onerror = ({ message }) => reject(new Error(message));
		if (withinMs !== undefined) setTimeout(() => reject(new TooSlow("This code takes too long to colour.")), withinMs);
	});
}
