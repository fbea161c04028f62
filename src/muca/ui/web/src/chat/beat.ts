/** Updates the screen at most once per frame, however much arrives. */

/** A hidden page has no frames, but its title must be updated. */
const HIDDEN_MS = 100;

interface Beat {
	/** Update soon. */
	soon(): void;
	/** Update immediately. */
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
