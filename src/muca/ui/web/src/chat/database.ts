/** IndexedDB. Some browsers forbid it, and in some it never answers, so waiting is limited. */

const PATIENCE_MS = 2_000;

/** `create` creates the object stores of a new database. */
export const openDatabase = (name: string, create: (database: IDBDatabase) => void): Promise<IDBDatabase> =>
	inTime(
		new Promise((resolve, reject) => {
			const opening = indexedDB.open(name, 1);
			opening.onupgradeneeded = () => create(opening.result);
			opening.onsuccess = () => resolve(opening.result);
			opening.onerror = opening.onblocked = () => reject(opening.error);
		}),
	);

/** Rejects after a timeout. */
export function inTime<T>(done: Promise<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		const late = setTimeout(() => reject(new Error("IndexedDB does not answer")), PATIENCE_MS);
		done.then(resolve, reject).finally(() => clearTimeout(late));
	});
}

export const answer = <T>(request: IDBRequest<T>): Promise<T> =>
	new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});

export const committed = (transaction: IDBTransaction): Promise<void> =>
	new Promise((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(transaction.error);
	});
