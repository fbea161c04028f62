/** Loads heavy, rarely needed modules on first use. */

import { type ReadonlySignal, signal } from "@preact/signals";

/** A signal with the module once it is loaded. If loading fails, it stays null, and the next call retries. */
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
