/**
 * Unacknowledged messages. A message is stored on the shelf before it is shown, and removed when the server has it, so it
 * survives a reload, a restart or a lost connection. Each message has a fixed ID, so it can safely be sent again, even from
 * another tab.
 */

import type { Answer } from "../wire/link";
import type { Stored } from "../wire/words";
import { isUpload } from "./chat";
import { asRefusal } from "./refusal";
import type { Kept, Shelf } from "./shelf";

interface OutboxOutside {
	/** Send it. After the answers `unreachable` and `offline`, it is sent again on the next connection. */
	send(kept: Kept, answered: (answer: Answer) => void): void;
	/** The server has it. */
	stored(kept: Kept, place: Stored): void;
	/** It was added, changed or removed. */
	changed(kept: Kept): void;
}

const LATER = new Set(["unreachable", "offline"]);

export class Outbox {
	private waiting: readonly Kept[] = [];
	/** Sent, but not answered yet. */
	private readonly sending = new Set<string>();
	private joined = false;
	/** Number of sessions so far. */
	private turns = 0;

	constructor(
		private readonly shelf: Shelf,
		private readonly outside: OutboxOutside,
	) {}

	/** The oldest first. */
	get messages(): readonly Kept[] {
		return this.waiting;
	}

	has(id: string): boolean {
		return this.waiting.some((kept) => kept.id === id);
	}

	isSending(id: string): boolean {
		return this.sending.has(id);
	}

	/**
	 * A session is up: send everything on the shelf, in order. Other tabs may have added or removed messages.
	 * `isGone`: whether the message that this one answers was deleted.
	 */
	async start(isGone: (kept: Kept) => boolean = () => false): Promise<void> {
		const turn = ++this.turns;
		await this.load();
		if (turn !== this.turns) return;
		for (const each of this.waiting) if (isGone(each)) this.replace({ ...each, replyTo: null });
		this.joined = true;
		for (const each of this.waiting) if (each.failed === null) this.send(each);
	}

	/** Load the shelf. */
	async load(): Promise<void> {
		const before = new Set(this.waiting.map(({ id }) => id));
		const kept = await this.shelf.all();
		const since = this.waiting.filter(({ id }) => !before.has(id));
		// Keep the same file objects, because their uploads may be in progress.
		const uploading = new Map(this.waiting.filter(({ files }) => files.some(isUpload)).map((each) => [each.id, each]));
		const all = kept.map((each) => uploading.get(each.id) ?? each);
		const known = this.waiting;
		this.waiting = [...all.filter(({ id }) => since.every((each) => each.id !== id)), ...since];
		for (const each of new Set([...known, ...this.waiting])) this.outside.changed(each);
	}

	/** The session has ended: send nothing. */
	stop(): void {
		this.joined = false;
		this.turns++;
	}

	add(kept: Kept): void {
		this.shelf.put(kept);
		this.waiting = [...this.waiting, kept];
		this.outside.changed(kept);
		this.send(kept);
	}

	/** Retry a refused message. */
	retry(id: string): void {
		const failed = this.waiting.find((kept) => kept.id === id);
		if (!failed || failed.failed === null) return;
		this.resend({ ...failed, failed: null });
	}

	/** Remove and return a message. If it was already sent, the server may have stored it. */
	discard(id: string): Kept | null {
		const taken = this.waiting.find((kept) => kept.id === id) ?? null;
		this.shelf.delete(id);
		this.waiting = this.waiting.filter((kept) => kept.id !== id);
		if (taken) this.outside.changed(taken);
		return taken;
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
			this.discard(kept.id);
		} else if (answer.CODE === "id_reused") {
			this.discard(kept.id); // another tab has sent it, with its own uploads
		} else if (LATER.has(answer.CODE)) {
			this.outside.changed(kept);
		} else if (this.has(kept.id)) {
			if (answer.CODE === "no_such_event" && kept.replyTo !== null) this.resend({ ...kept, replyTo: null });
			else this.replace({ ...kept, failed: asRefusal(answer).message });
		}
	}

	private resend(kept: Kept): void {
		this.replace(kept);
		this.send(kept);
	}

	private replace(kept: Kept): void {
		this.shelf.put(kept);
		this.waiting = this.waiting.map((one) => (one.id === kept.id ? kept : one));
		this.outside.changed(kept);
	}
}
