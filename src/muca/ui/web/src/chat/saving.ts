/** When the copy of a session is written: soon after a change, now and then to say that nothing has, and when the page may go. */

const SOON_MS = 1_000;
/** So the copy is at most so much older than it says. */
const STILL_MS = 60_000;

export class Saving {
	private timer: ReturnType<typeof setTimeout> | undefined;
	private isSoon = false;
	private readonly ended = new AbortController();

	/** `save` writes it; whether there is anything true to write, it knows itself. */
	constructor(private readonly save: () => void) {
		const { signal } = this.ended;
		addEventListener("pagehide", () => this.now(), { signal });
		document.addEventListener("visibilitychange", () => this.now(), { signal });
	}

	soon(): void {
		if (this.isSoon || this.ended.signal.aborted) return;
		this.isSoon = true;
		this.wait(SOON_MS);
	}

	now(): void {
		this.isSoon = false;
		this.wait(STILL_MS);
		this.save();
	}

	end(): void {
		clearTimeout(this.timer);
		this.ended.abort();
	}

	private wait(ms: number): void {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.now(), ms);
	}
}
