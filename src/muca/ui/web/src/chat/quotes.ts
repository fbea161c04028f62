/** Single messages of a room that are shown somewhere, for example as quotes. They are followed while somebody looks at them. */

import { type Signal, signal } from "@preact/signals";
import type { Seq } from "../wire/words";
import type { MessageView } from "./chat";

/** Null: there is no such message. */
export type Quote = MessageView | null | "loading";

interface QuotesOutside {
	/** The message, as far as it is known. */
	get(seq: Seq): Quote;
	/** Request it. */
	load(seq: Seq): void;
	/** Somebody looks at a quote that may be outdated. */
	changed(): void;
}

export class Quotes {
	private readonly watched = new Map<Seq, Signal<Quote>>();

	constructor(private readonly outside: QuotesOutside) {}

	of(seq: Seq): Signal<Quote> {
		const known = this.watched.get(seq);
		if (known) return known;
		const quote: Signal<Quote> = signal(this.outside.get(seq), {
			watched: () => {
				this.watched.set(seq, quote);
				this.outside.changed();
			},
			unwatched: () => {
				if (this.watched.get(seq) === quote) this.watched.delete(seq);
			},
		});
		if (quote.peek() === "loading") this.outside.load(seq);
		return quote;
	}

	/** Messages have changed. */
	follow(): void {
		for (const [seq, quote] of this.watched) quote.value = this.outside.get(seq);
	}

	/** Request again what could not be loaded without a connection. */
	load(): void {
		for (const [seq, quote] of this.watched) if (quote.peek() === "loading") this.outside.load(seq);
	}
}
