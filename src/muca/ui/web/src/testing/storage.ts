/** Storage of an account that lasts as long as the test. */

import type { Cache, Copy } from "../chat/cache";
import type { Kept, Shelf } from "../chat/shelf";

export function memoryShelf(): Shelf {
	const messages = new Map<string, Kept>();
	return {
		all: async () => [...messages.values()],
		put: (message) => void messages.set(message.id, message),
		delete: (id) => void messages.delete(id),
	};
}

export function memoryCache(): Cache {
	let copy: Copy | null = null;
	return {
		read: async () => structuredClone(copy),
		async write(overview, logs, rooms) {
			const all = new Map([...(copy?.logs ?? []), ...logs]);
			copy = structuredClone({ overview, logs: new Map([...all].filter(([room]) => rooms.has(room))) });
		},
		async clear() {
			copy = null;
		},
	};
}
