/**
 * What was written and is not acknowledged. It is on the shelf before it is shown, and leaves it when the server has it:
 * a reload, a restart or a lost connection costs nothing. Each message has its ID for good, so sending it again is safe, from
 * another tab too.
 */

import type { Answer } from "../wire/link";
import type { Stored } from "../wire/words";
import type { Kept, Shelf } from "./shelf";

export interface OutboxOutside {
	/** Send it; the answer `unreachable` or `offline` means: again on the next connection. */
	send(kept: Kept, answered: (answer: Answer) => void): void;
	/** The server has it. */
	stored(kept: Kept, place: Stored): void;
	changed(): void;
}

const LATER = new Set(["unreachable", "offline"]);

export class Outbox {
	private waiting: readonly Kept[] = [];
	/** Handed to the server, no answer yet. */
	private readonly sending = new Set<string>();
	/** The shelf had no room for them; they last as long as the page. */
	private readonly loose = new Set<string>();
	private joined = false;
	/** The shelf does one thing after the other. */
	private queue: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly shelf: Shelf,
		private readonly outside: OutboxOutside,
	) {}

	/** The oldest first. */
	get messages(): readonly Kept[] {
		return this.waiting;
	}

	isSending(id: string): boolean {
		return this.sending.has(id);
	}

	/** A session is up: what is on the shelf goes out, in order. Another tab may have put things there, or have seen to them. */
	async start(): Promise<void> {
		this.joined = true;
		const loose = this.waiting.filter(({ id }) => this.loose.has(id));
		this.waiting = [...(await this.onShelf(() => this.shelf.all())), ...loose];
		this.outside.changed();
		for (const kept of this.waiting) if (kept.failed === null) this.send(kept);
	}

	/** There is no session: nothing goes out. */
	stop(): void {
		this.joined = false;
	}

	async add(kept: Kept): Promise<void> {
		await this.onShelf(() => this.shelf.put(kept)).catch(() => this.loose.add(kept.id));
		this.waiting = [...this.waiting.filter(({ id }) => id !== kept.id), kept];
		this.outside.changed();
		this.send(kept);
	}

	/** Try again what was refused. */
	async retry(id: string): Promise<void> {
		const failed = this.waiting.find((kept) => kept.id === id);
		if (!failed || failed.failed === null) return;
		const kept = { ...failed, failed: null };
		this.replace(kept);
		await this.onShelf(() => this.shelf.put(kept));
		this.send(kept);
	}

	/** Take it back; what was handed to the server already may be there all the same. */
	async discard(id: string): Promise<void> {
		this.waiting = this.waiting.filter((kept) => kept.id !== id);
		this.outside.changed();
		await this.onShelf(() => this.shelf.delete(id));
	}

	private send(kept: Kept): void {
		if (!this.joined || this.sending.has(kept.id)) return;
		this.sending.add(kept.id);
		this.outside.send(kept, (answer) => this.hear(kept, answer));
	}

	private hear(kept: Kept, answer: Answer): void {
		this.sending.delete(kept.id);
		if (answer.TYPE === "OKAY") {
			this.outside.stored(kept, answer.DATA as Stored);
			void this.discard(kept.id);
		} else if (LATER.has(answer.CODE)) {
			this.outside.changed();
		} else if (this.waiting.some(({ id }) => id === kept.id)) {
			const failed = { ...kept, failed: answer.TEXT };
			this.replace(failed);
			void this.onShelf(() => this.shelf.put(failed));
		}
	}

	private replace(kept: Kept): void {
		this.waiting = this.waiting.map((one) => (one.id === kept.id ? kept : one));
		this.outside.changed();
	}

	private onShelf<T>(what: () => Promise<T>): Promise<T> {
		const done = this.queue.then(what);
		this.queue = done.catch(() => {});
		return done;
	}
}
