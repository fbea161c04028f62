/** The current time, for components. */

import { useEffect, useState } from "preact/hooks";

/** The current time in milliseconds, updated every `everyMs`; null: never. */
function useNow(everyMs: number | null): number {
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
