/** Decides when the copy of a session is stored: soon after a change, regularly, and when the page may be closed. */

const SOON_MS = 1_000;
/** Maximum difference between the copy's real and stated age. */
const STILL_MS = 60_000;

export class Saving {
	private timer: ReturnType<typeof setTimeout> | undefined;
	private isSoon = false;
	private readonly ended = new AbortController();

	/** `save` stores it, and decides itself whether there is anything to store. */
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
