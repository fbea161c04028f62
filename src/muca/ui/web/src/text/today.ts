/** The current day, for texts such as “today”. It changes at midnight, even in a page that is open or sleeping at that time. */

import { type ReadonlySignal, signal } from "@preact/signals";

const EVERY_MS = 30_000;

const midnight = (): number => new Date().setHours(0, 0, 0, 0);
const day = signal(midnight());
/** The start of the current day, in local time. */
export const today: ReadonlySignal<number> = day;

/** Start following the clock. Returns a function to stop. */
export function startToday(): () => void {
	const look = () => {
		day.value = midnight();
	};
	look();
	const timer = setInterval(look, EVERY_MS); // a timer for midnight would stop while the machine sleeps
	document.addEventListener("visibilitychange", look);
	return () => {
		clearInterval(timer);
		document.removeEventListener("visibilitychange", look);
	};
}
