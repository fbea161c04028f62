/** Where messages wait until the server has them: in IndexedDB; in memory where a browser has none, as in some private windows. */

import type { FileInfo, RoomId, Seq, Uid } from "../wire/words";

/** A message that the server has not acknowledged. */
export interface Kept {
	/** The ID of its SEND, made once: so the server takes it once, however often it is sent. */
	id: string;
	/** Where to: a room, or people whose room need not be there yet. */
	to: { room: RoomId } | { people: readonly Uid[] };
	text: string;
	replyTo: Seq | null;
	files: readonly FileInfo[];
	ts: number;
	/** Why it was refused; it waits for a person then. */
	failed: string | null;
}

export interface Shelf {
	/** All that is kept, the oldest first. */
	all(): Promise<Kept[]>;
	put(kept: Kept): Promise<void>;
	delete(id: string): Promise<void>;
}

/** The shelf of one account on one server; all tabs share it. */
export async function openShelf(server: string, uid: Uid): Promise<Shelf> {
	return openDatabase(`muca ${server} ${uid}`).then(databaseShelf, memoryShelf);
}

export async function empty(shelf: Shelf): Promise<void> {
	for (const { id } of await shelf.all()) await shelf.delete(id);
}

export function memoryShelf(): Shelf {
	const kept = new Map<string, Kept>();
	return {
		all: async () => [...kept.values()],
		put: async (message) => void kept.set(message.id, message),
		delete: async (id) => void kept.delete(id),
	};
}

const MESSAGES = "outbox";

function openDatabase(name: string): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open(name, 1);
		opening.onupgradeneeded = () => {
			const store = opening.result.createObjectStore(MESSAGES, { autoIncrement: true });
			store.createIndex("id", "id", { unique: true });
		};
		opening.onsuccess = () => resolve(opening.result);
		opening.onerror = opening.onblocked = () => reject(opening.error);
	});
}

function databaseShelf(database: IDBDatabase): Shelf {
	const store = (mode: IDBTransactionMode) => database.transaction(MESSAGES, mode).objectStore(MESSAGES);
	return {
		all: () => answer(store("readonly").getAll()),
		async put(message) {
			const messages = store("readwrite");
			const place = await answer(messages.index("id").getKey(message.id));
			messages.put(message, place);
			await committed(messages.transaction);
		},
		async delete(id) {
			const messages = store("readwrite");
			const place = await answer(messages.index("id").getKey(id));
			if (place !== undefined) messages.delete(place);
			await committed(messages.transaction);
		},
	};
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});

const committed = (transaction: IDBTransaction): Promise<void> =>
	new Promise((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(transaction.error);
	});
