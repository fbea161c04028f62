/** Optimistic changes of messages, which the server confirms or refuses later. */

import type { Message, Seq } from "../wire/words";
import { type Change, changed } from "./changes";
import type { Delivery } from "./chat";

interface Wish {
	change: Change;
	/** The SEQ of the event that carries it out, once the server has answered. */
	at: Seq | null;
}

/** The pending changes of one room's messages. */
export class Wishes {
	private readonly wishes = new Set<Wish>();
	private readonly refused = new Map<Seq, string>();

	add(change: Change): Wish {
		const wish = { change, at: null };
		this.wishes.add(wish);
		this.refused.delete(change.OF);
		return wish;
	}

	/** `at` null: nothing had to be changed. */
	granted(wish: Wish, at: Seq | null): void {
		wish.at = at;
		if (at === null) this.wishes.delete(wish);
	}

	/** Only refused edits are kept for display. */
	refuse(wish: Wish, text: string): void {
		this.wishes.delete(wish);
		const { KIND, OF } = wish.change;
		if (KIND === "edit" || KIND === "delete") this.refused.set(OF, text);
	}

	/** The log has reached this SEQ, so it includes confirmed changes up to it. */
	heard(head: Seq): void {
		for (const wish of this.wishes) if (wish.at !== null && wish.at <= head) this.wishes.delete(wish);
	}

	/** Forget refusals that were seen. */
	forgive(): void {
		this.refused.clear();
	}

	/** The message with its pending changes, and the state of the newest one. */
	show(message: Message, joined: boolean): [Message, Delivery | null] {
		const mine = [...this.wishes].filter(({ change }) => change.OF === message.SEQ);
		const text = this.refused.get(message.SEQ);
		if (mine.length === 0) return [message, text === undefined ? null : { is: "failed", text }];
		const shown = mine.reduce((wanted, { change }) => changed(wanted, change), message);
		const isText = mine.some(({ change, at }) => at === null && (change.KIND === "edit" || change.KIND === "delete"));
		return [shown, isText ? { is: joined ? "sending" : "kept" } : null];
	}
}
