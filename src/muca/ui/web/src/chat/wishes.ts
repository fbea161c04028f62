/** Changes of messages that are shown at once, and confirmed or refused by the server later. */

import type { Message, Seq } from "../wire/words";
import { type Change, changed } from "./changes";
import type { Delivery } from "./chat";

interface Wish {
	change: Change;
	/** Where the event stands that carries it out, once the server has said so. */
	at: Seq | null;
}

/** What is wanted of one room's messages. */
export class Wishes {
	private readonly wishes = new Set<Wish>();
	private readonly refused = new Map<Seq, string>();

	add(change: Change): Wish {
		const wish = { change, at: null };
		this.wishes.add(wish);
		this.refused.delete(change.OF);
		return wish;
	}

	/** `at` null: it was so already. */
	granted(wish: Wish, at: Seq | null): void {
		wish.at = at;
		if (at === null) this.wishes.delete(wish);
	}

	/** Only texts are worth a lasting note. */
	refuse(wish: Wish, text: string): void {
		this.wishes.delete(wish);
		const { KIND, OF } = wish.change;
		if (KIND === "edit" || KIND === "delete") this.refused.set(OF, text);
	}

	/** The log has come so far: it shows by itself what was granted. */
	heard(head: Seq): void {
		for (const wish of this.wishes) if (wish.at !== null && wish.at <= head) this.wishes.delete(wish);
	}

	/** Forget refusals: they were seen. */
	forgive(): void {
		this.refused.clear();
	}

	/** The message as it is wanted, and how the newest wish stands. */
	show(message: Message, joined: boolean): [Message, Delivery | null] {
		const mine = [...this.wishes].filter(({ change }) => change.OF === message.SEQ);
		const text = this.refused.get(message.SEQ);
		if (mine.length === 0) return [message, text === undefined ? null : { is: "failed", text }];
		const shown = mine.reduce((wanted, { change }) => changed(wanted, change), message);
		const isText = mine.some(({ change, at }) => at === null && (change.KIND === "edit" || change.KIND === "delete"));
		return [shown, isText ? { is: joined ? "sending" : "kept" } : null];
	}
}
