/** Which day it is, for all that says “today”: it changes at midnight, also in a page that stays open or sleeps through it. */

import { type ReadonlySignal, signal } from "@preact/signals";

const EVERY_MS = 30_000;

const midnight = (): number => new Date().setHours(0, 0, 0, 0);
const day = signal(midnight());
/** When this day began, here. */
export const today: ReadonlySignal<number> = day;

/** Follow the clock from now on. Gives what stops it. */
export function startToday(): () => void {
	const look = () => {
		day.value = midnight();
	};
	look();
	const timer = setInterval(look, EVERY_MS); // one that waits for midnight would stand still with a machine that sleeps
	document.addEventListener("visibilitychange", look);
	return () => {
		clearInterval(timer);
		document.removeEventListener("visibilitychange", look);
	};
}
