/** Small values in localStorage. If it is blocked, they are kept in memory until the page is closed. */

const PROBE = "muca.probe";
const memory = new Map<string, string>();

export function keptText(key: string): string | null {
	try {
		return memory.get(key) ?? localStorage.getItem(key);
	} catch {
		return null;
	}
}

/** Null removes it. */
export function keepText(key: string, text: string | null): void {
	try {
		memory.delete(key);
		if (text === null) localStorage.removeItem(key);
		else localStorage.setItem(key, text);
	} catch {
		if (text !== null) memory.set(key, text);
	}
}

/** A stored value, as JSON. */
export function kept<T>(key: string, otherwise: T): T {
	try {
		const text = keptText(key);
		return text === null ? otherwise : JSON.parse(text);
	} catch {
		return otherwise;
	}
}

export const keep = (key: string, value: unknown): void => keepText(key, value === null ? null : JSON.stringify(value));

/** The stored keys with this prefix. */
export function keysFrom(prefix: string): string[] {
	const keys = new Set(memory.keys());
	try {
		for (const key of Object.keys(localStorage)) keys.add(key);
	} catch {
		// Storage is blocked.
	}
	return [...keys].filter((key) => key.startsWith(prefix));
}

/** Whether stored values are lost with the page, because storage is blocked or full. */
export function keepsNothing(): boolean {
	keepText(PROBE, PROBE);
	const isInMemory = memory.has(PROBE);
	keepText(PROBE, null);
	return isInMemory;
}
