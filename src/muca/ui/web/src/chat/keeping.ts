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
		if (value === null) localStorage.removeItem(key);
		else localStorage.setItem(key, JSON.stringify(value));
		memory.delete(key);
	} catch {
		memory.set(key, JSON.stringify(value));
	}
}

/** The keys of what is kept that begin so. */
export function keysFrom(prefix: string): string[] {
	try {
		return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
	} catch {
		return [];
	}
}
