/** Updates the screen at most once per frame, however much arrives. */

/** A hidden page has no frames, but its title must be updated. */
const HIDDEN_MS = 100;

interface Beat {
	/** Update soon. */
	soon(): void;
	/** Update immediately. */
	now(): void;
	/** Update no more. */
	end(): void;
}

export function makeBeat(show: () => void): Beat {
	let frame: number | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isOver = false;
	const cancel = (): void => {
		if (frame !== null) cancelAnimationFrame(frame);
		clearTimeout(timer);
		frame = null;
	};
	const now = (): void => {
		cancel();
		if (!isOver) show();
	};
	const soon = (): void => {
		if (frame !== null || isOver) return;
		frame = requestAnimationFrame(now);
		timer = setTimeout(now, HIDDEN_MS);
	};
	const end = (): void => {
		isOver = true;
		cancel();
	};
	return { soon, now, end };
}
