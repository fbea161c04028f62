/** Limits concurrency: a fixed number run at once, and the others wait in order. */

export class Turns {
	private readonly waiting: (() => void)[] = [];
	private taken = 0;

	constructor(private readonly most: number) {}

	/** `begin` is called when it is its turn. Returns a function to end the turn or stop waiting. */
	take(begin: () => void): () => void {
		this.waiting.push(begin);
		this.next();
		let over = false;
		return () => {
			if (over) return;
			over = true;
			const at = this.waiting.indexOf(begin);
			if (at >= 0) this.waiting.splice(at, 1);
			else this.taken--;
			this.next();
		};
	}

	private next(): void {
		if (this.taken >= this.most) return;
		const begin = this.waiting.shift();
		if (!begin) return;
		this.taken++;
		begin();
	}
}
