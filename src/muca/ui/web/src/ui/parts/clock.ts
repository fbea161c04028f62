/** Time that passes while one looks. */

import { useEffect, useState } from "preact/hooks";

/** Now, in milliseconds, anew every `everyMs`; null: it stands still. */
export function useNow(everyMs: number | null): number {
	const [now, setNow] = useState(Date.now);
	useEffect(() => {
		if (everyMs === null) return;
		setNow(Date.now());
		const timer = setInterval(() => setNow(Date.now()), everyMs);
		return () => clearInterval(timer);
	}, [everyMs]);
	return now;
}

/** Whole seconds until then, counted down; 0 from then on. */
export function useSecondsUntil(ms: number): number {
	const now = useNow(ms > Date.now() ? 250 : null);
	return Math.max(0, Math.ceil((ms - now) / 1000));
}
