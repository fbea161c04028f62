/** What is heavy and seldom needed: fetched when it is needed for the first time. */

import { type ReadonlySignal, signal } from "@preact/signals";

/** A signal that has it once it is there. Where it cannot be had, it stays null, and the next one who asks tries again. */
export function later<T>(load: () => Promise<T>): () => ReadonlySignal<T | null> {
	const value = signal<T | null>(null);
	let asked = false;
	return () => {
		if (!asked) {
			asked = true;
			load().then(
				(loaded) => {
					value.value = loaded;
				},
				(error: unknown) => {
					asked = false;
					console.info(error);
				},
			);
		}
		return value;
	};
}
