import { useEffect, useState } from "preact/hooks";

/** The remaining seconds; null when the time is over, which calls `over`. */
export function useCountdown(seconds: number | null, over: () => void): number | null {
	const [left, setLeft] = useState(seconds);
	useEffect(() => {
		setLeft(seconds);
		if (seconds === null) return;
		const end = performance.now() + seconds * 1000;
		const clock = setInterval(() => {
			const still = (end - performance.now()) / 1000;
			setLeft(still > 0 ? Math.ceil(still) : null);
			if (still <= 0) over();
		}, 500);
		return () => clearInterval(clock);
	}, [seconds, over]);
	return left;
}
