/** What is shown follows what is known at most once a frame, however much comes in. */

/** A hidden page has no frames, but a title. */
const HIDDEN_MS = 100;

export interface Beat {
	/** Show soon. */
	soon(): void;
	/** Show at once. */
	now(): void;
}

export function makeBeat(show: () => void): Beat {
	let frame: number | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const now = (): void => {
		if (frame !== null) cancelAnimationFrame(frame);
		clearTimeout(timer);
		frame = null;
		show();
	};
	const soon = (): void => {
		if (frame !== null) return;
		frame = requestAnimationFrame(now);
		timer = setTimeout(now, HIDDEN_MS);
	};
	return { soon, now };
}
