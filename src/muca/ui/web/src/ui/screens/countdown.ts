import { useEffect, useState } from "preact/hooks";

/** Seconds that are left since `about` came; null when none are. */
export function useCountdown(about: { retrySeconds: number | null } | null): number | null {
	const [left, setLeft] = useState<number | null>(null);
	useEffect(() => {
		const seconds = about?.retrySeconds;
		if (!seconds) {
			setLeft(null);
			return;
		}
		const end = performance.now() + seconds * 1000;
		const look = () => {
			const still = Math.ceil((end - performance.now()) / 1000);
			setLeft(still > 0 ? still : null);
			if (still <= 0) clearInterval(clock);
		};
		const clock = setInterval(look, 500);
		look();
		return () => clearInterval(clock);
	}, [about]);
	return left;
}
