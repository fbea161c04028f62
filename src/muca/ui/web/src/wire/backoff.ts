/** Delays between attempts: exponential backoff with full jitter, so that pages do not all reconnect at once. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

export class Backoff {
	private tries = 0;

	/** `chance` returns random numbers from 0 to 1. */
	constructor(private readonly chance: () => number) {}

	/** The delay before the next attempt: random, up to a bound that doubles each time. */
	next(): number {
		const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.tries, 10));
		this.tries += 1;
		return Math.round(this.chance() * bound);
	}

	/** Start over, because a connection was stable, or the user wants to reconnect now. */
	reset(): void {
		this.tries = 0;
	}
}
