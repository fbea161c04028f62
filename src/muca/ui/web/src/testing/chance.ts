/** Repeatable random numbers for property tests: the same seed gives the same numbers. */
export class Chance {
	constructor(private seed: number) {}

	/** From 0 to 1 (mulberry32). */
	next(): number {
		this.seed = (this.seed + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number below `bound`. */
	below(bound: number): number {
		return Math.floor(this.next() * bound);
	}

	of<T>(choices: readonly T[]): T {
		return choices[this.below(choices.length)] as T;
	}
}
