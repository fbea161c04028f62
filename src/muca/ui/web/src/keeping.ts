/** Small things that this browser keeps, in localStorage. Where it keeps nothing, they last as long as the page. */

const PROBE = "muca.probe";
const memory = new Map<string, string>();

export function keptText(key: string): string | null {
	try {
		return memory.get(key) ?? localStorage.getItem(key);
	} catch {
		return null;
	}
}

/** Null: keep it no more. */
export function keepText(key: string, text: string | null): void {
	try {
		memory.delete(key);
		if (text === null) localStorage.removeItem(key);
		else localStorage.setItem(key, text);
	} catch {
		if (text !== null) memory.set(key, text);
	}
}

/** The same as JSON. */
export function kept<T>(key: string, otherwise: T): T {
	try {
		const text = keptText(key);
		return text === null ? otherwise : JSON.parse(text);
	} catch {
		return otherwise;
	}
}

export const keep = (key: string, value: unknown): void => keepText(key, value === null ? null : JSON.stringify(value));

/** The keys of what is kept that begin so. */
export function keysFrom(prefix: string): string[] {
	const keys = new Set(memory.keys());
	try {
		for (const key of Object.keys(localStorage)) keys.add(key);
	} catch {
		// It keeps nothing.
	}
	return [...keys].filter((key) => key.startsWith(prefix));
}

/** Whether what is kept is gone with the page: all storage is blocked, or there is no room in it. */
export function keepsNothing(): boolean {
	keepText(PROBE, PROBE);
	const isInMemory = memory.has(PROBE);
	keepText(PROBE, null);
	return isInMemory;
}
