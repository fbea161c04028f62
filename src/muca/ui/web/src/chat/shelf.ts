/**
 * Stores messages in IndexedDB until the server has them. IndexedDB is slow, and in some browsers missing, full or
 * unresponsive. So each message is also in localStorage until IndexedDB has it, and a reload at any moment loses nothing.
 */

import { keep, kept, keysFrom } from "../keeping";
import { text } from "../text";
import type { MentionPlace, RoomId, Seq, Uid } from "../wire/words";
import { isStored, type SentFile } from "./chat";
import { answer, committed, inTime, openDatabase } from "./database";

const MESSAGES = "outbox";

/** A message that the server has not acknowledged. */
export interface Kept {
	/** The ID of its SEND, created once, so that the server stores the message once however often it is sent. */
	id: string;
	/** The target: a room, or people whose room need not exist yet. */
	to: { room: RoomId } | { people: readonly Uid[] };
	text: string;
	replyTo: Seq | null;
	/** Only IndexedDB can store files that are not uploaded yet. */
	files: readonly SentFile[];
	/** The mentions; if absent, the server looks for names in the text. */
	mentions?: MentionPlace[];
	ts: number;
	/** Why it was refused; the user must then decide. */
	failed: string | null;
}

export interface Shelf {
	/** All stored messages, the oldest first. */
	all(): Promise<Kept[]>;
	/** It is stored when this returns. */
	put(kept: Kept): void;
	delete(id: string): void;
}

/** The shelf of one account on one server; all tabs share it. */
export async function openShelf(server: string, uid: Uid): Promise<Shelf> {
	const database = await openDatabase(`muca ${server} ${uid}`, (created) => {
		const store = created.createObjectStore(MESSAGES, { autoIncrement: true });
		store.createIndex("id", "id", { unique: true });
	}).catch(() => null);
	return new SafeShelf(new Journal(`muca outbox ${server} ${uid} `), database);
}

export async function empty(shelf: Shelf): Promise<void> {
	for (const { id } of await shelf.all()) shelf.delete(id);
}

/** Messages that the database does not have yet, each in its own entry of localStorage, because tabs write concurrently. */
class Journal {
	constructor(private readonly prefix: string) {}

	get all(): Kept[] {
		const entries = keysFrom(this.prefix).flatMap((key) => kept<Kept | null>(key, null) ?? []);
		return entries.sort((one, other) => one.ts - other.ts);
	}

	/** It cannot store files: if the message must be restored from here, they have to be attached again. */
	put(message: Kept): void {
		const isWhole = message.files.every(isStored);
		const lacking = { ...message, files: message.files.filter(isStored), failed: text.peek().chat.filesLost };
		keep(this.prefix + message.id, isWhole ? message : lacking);
	}

	delete(id: string): void {
		keep(this.prefix + id, null);
	}
}

class SafeShelf implements Shelf {
	/** Messages that are being moved into the database. */
	private readonly moving = new Map<string, Promise<boolean>>();

	constructor(
		private readonly journal: Journal,
		private readonly database: IDBDatabase | null,
	) {}

	async all(): Promise<Kept[]> {
		// Messages of a closed page, or that did not fit into the database.
		const moves = this.journal.all.map((message) => this.moving.get(message.id) ?? this.move(message));
		await inTime(Promise.all(moves)).catch(() => {});
		const moved = this.database === null ? [] : await inTime(stored(this.database)).catch(() => []);
		const left = this.journal.all;
		return [...moved.filter(({ id }) => left.every((each) => each.id !== id)), ...left];
	}

	put(message: Kept): void {
		this.journal.put(message);
		void this.move(message);
	}

	delete(id: string): void {
		this.journal.delete(id);
		if (this.database) remove(this.database, id).catch(() => {}); // then it is sent again, and the server recognises its ID
	}

	private async move(message: Kept): Promise<void> {
		if (this.database === null) return;
		const moving = write(this.database, message).then(
			() => true,
			() => false, // it stays in the journal
		);
		this.moving.set(message.id, moving);
		const moved = await moving;
		if (this.moving.get(message.id) !== moving) return; // it was stored again
		this.moving.delete(message.id);
		if (moved) this.journal.delete(message.id);
	}
}

/** Transactions of the same store run one after the other, in the order in which they were started. */
const begin = (database: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore =>
	database.transaction(MESSAGES, mode).objectStore(MESSAGES);

const stored = async (database: IDBDatabase): Promise<Kept[]> => answer(begin(database, "readonly").getAll());

async function write(database: IDBDatabase, message: Kept): Promise<void> {
	const messages = begin(database, "readwrite");
	const place = await answer(messages.index("id").getKey(message.id));
	messages.put(message, place);
	await committed(messages.transaction);
}

async function remove(database: IDBDatabase, id: string): Promise<void> {
	const messages = begin(database, "readwrite");
	const place = await answer(messages.index("id").getKey(id));
	if (place !== undefined) messages.delete(place);
	await committed(messages.transaction);
}
