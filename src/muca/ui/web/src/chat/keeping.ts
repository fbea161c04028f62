/** Small things that this browser keeps, as JSON in localStorage. Where it keeps nothing, they last as long as the page. */

const memory = new Map<string, string>();

export function kept<T>(key: string, otherwise: T): T {
	try {
		const text = memory.get(key) ?? localStorage.getItem(key);
		return text === null ? otherwise : JSON.parse(text);
	} catch {
		return otherwise;
	}
}

/** Null: keep it no more. */
export function keep(key: string, value: unknown): void {
	try {
		memory.delete(key);
		if (value === null) localStorage.removeItem(key);
		else localStorage.setItem(key, JSON.stringify(value));
	} catch {
		if (value !== null) memory.set(key, JSON.stringify(value));
	}
}

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
