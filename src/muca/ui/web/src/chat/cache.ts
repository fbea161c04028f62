/**
 * A copy of the newest messages of an account, in IndexedDB, so that the page opens without the server. It is not encrypted,
 * and is deleted when the account leaves.
 */

import type { Limits, LogEntry, RoomId, Seq, ServerInfo, Uid } from "../wire/words";
import type { Me, Person } from "./chat";
import { answer, committed, inTime, openDatabase } from "./database";
import type { OwnRoom } from "./rooms";

/** A copy with another format is ignored. */
const FORM = 1;
const COPIES = "copies";
const OVERVIEW = "overview";

export interface Overview {
	/** The time at which the copy was correct (UTC ms). */
	asOf: number;
	/** The history that the logs belong to. */
	epoch: string | undefined;
	server: ServerInfo;
	limits: Limits;
	account: Me;
	rooms: readonly OwnRoom[];
	people: readonly Person[];
	ignores: readonly Uid[];
}

/** The newest end of a room's log, from `first` to `last`. */
export interface LogCopy {
	readonly first: Seq;
	readonly last: Seq;
	readonly events: readonly LogEntry[];
}

export interface Copy {
	overview: Overview;
	logs: ReadonlyMap<RoomId, LogCopy>;
}

/** Writing fails silently; then there is no copy. */
export interface Cache {
	/** Null if there is none. */
	read(): Promise<Copy | null>;
	/** `logs`: those that have changed. Only logs of `rooms` are kept. */
	write(overview: Overview, logs: ReadonlyMap<RoomId, LogCopy>, rooms: ReadonlySet<RoomId>): Promise<void>;
	clear(): Promise<void>;
}

/** The copy of one account on one server; all tabs share it. */
export function openCache(server: string, uid: Uid): Cache {
	const opened = openDatabase(`muca copy ${server} ${uid}`, (database) => database.createObjectStore(COPIES)).catch(
		() => null,
	);
	/** Changes are made one after the other, in the order of the calls. */
	const change = async (make: (copies: IDBObjectStore) => void): Promise<void> => {
		const transaction = (await opened)?.transaction(COPIES, "readwrite");
		if (!transaction) return;
		make(transaction.objectStore(COPIES));
		await committed(transaction);
	};
	return {
		read: () => inTime(opened.then((database) => database && readAll(database))).catch(() => null),
		write: (overview, logs, rooms) =>
			change((copies) => {
				copies.put({ ...overview, form: FORM }, OVERVIEW);
				for (const [room, log] of logs) copies.put(log, logKey(room));
				copies.getAllKeys().onsuccess = ({ target }) => {
					for (const key of (target as IDBRequest<IDBValidKey[]>).result)
						if (isLog(key) && !rooms.has(roomOf(key))) copies.delete(key);
				};
			}).catch(() => {}),
		clear: () => change((copies) => copies.clear()).catch(() => {}),
	};
}

async function readAll(database: IDBDatabase): Promise<Copy | null> {
	const copies = database.transaction(COPIES).objectStore(COPIES);
	const [keys, values] = await Promise.all([answer(copies.getAllKeys()), answer(copies.getAll())]);
	const overview = values[keys.indexOf(OVERVIEW)];
	if (overview?.form !== FORM) return null;
	const logs = keys.flatMap((key, at) => (isLog(key) ? [[roomOf(key), values[at]] as const] : []));
	return { overview, logs: new Map(logs) };
}

/** A log's key is a list, so it cannot collide with the overview's key. */
const logKey = (room: RoomId): IDBValidKey => [room];
const isLog = (key: IDBValidKey): key is RoomId[] => Array.isArray(key);
const roomOf = ([room = ""]: RoomId[]): RoomId => room;
