/** When to try again: exponential backoff with full jitter, so that pages do not come back all at once. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

export class Backoff {
	private tries = 0;

	/** `chance` gives numbers from 0 to 1. */
	constructor(private readonly chance: () => number) {}

	/** The pause before the next try: anything up to the present bound, which doubles each time. */
	next(): number {
		const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.tries, 10));
		this.tries += 1;
		return Math.round(this.chance() * bound);
	}

	/** Start over: a connection has held, or a person wants to come back now. */
	reset(): void {
		this.tries = 0;
	}
}
