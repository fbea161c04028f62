/** Formats dates, numbers and sizes in the user's language. Components update automatically when the language or the day changes. */

import { locale, text } from "./language";
import { today } from "./today";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_DAYS = 365;

const cache = new Map<string, Intl.DateTimeFormat>();

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const key = locale.value + JSON.stringify(options);
	const known = cache.get(key) ?? new Intl.DateTimeFormat(locale.value, options);
	cache.set(key, known);
	return known;
}

/** 17:42 */
export const timeOfDay = (ms: number): string => dates({ hour: "numeric", minute: "2-digit" }).format(ms);

/** Friday, 27 November 2026 */
export const longDate = (ms: number): string => dates({ dateStyle: "full" }).format(ms);

/** 27 Nov 2026, 17:42 */
export const dateAndTime = (ms: number): string => dates({ dateStyle: "medium", timeStyle: "short" }).format(ms);

/** Friday, 27 November, 17:42:08 */
export const exactTime = (ms: number): string => dates({ dateStyle: "full", timeStyle: "medium" }).format(ms);

/** Today, Yesterday, Friday (of the last week), 27 November, 27 November 2025 */
export function day(ms: number, nowMs = today.value): string {
	const days = daysBetween(ms, nowMs);
	if (days === 0 || days === 1) return capital(relative(-days, "day"));
	if (days > 1 && days < 7) return dates({ weekday: "long" }).format(ms);
	const thisYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
	return dates({ day: "numeric", month: "long", ...(thisYear ? {} : { year: "numeric" }) }).format(ms);
}

/** For lists: 17:42 today, then Yesterday, Friday, 27 November, … */
export const when = (ms: number, nowMs = today.value): string =>
	daysBetween(ms, nowMs) === 0 ? timeOfDay(ms) : day(ms, nowMs);

/** For narrow lists: 17:42 today, then Fri, 27 Nov, 27/11/2025 */
export function briefly(ms: number, nowMs = today.value): string {
	const days = daysBetween(ms, nowMs);
	if (days <= 0) return timeOfDay(ms);
	if (days < 7) return dates({ weekday: "short" }).format(ms);
	const thisYear = new Date(ms).getFullYear() === new Date(nowMs).getFullYear();
	return dates(thisYear ? { day: "numeric", month: "short" } : { dateStyle: "short" }).format(ms);
}

/** 17:42 today, else 27 Nov 2026, 17:42 */
export const moment = (ms: number, nowMs = today.value): string =>
	daysBetween(ms, nowMs) === 0 ? timeOfDay(ms) : dateAndTime(ms);

/** just now, 3 minutes ago, in 2 hours, yesterday */
export function ago(ms: number, nowMs = Date.now()): string {
	const passed = ms - nowMs;
	const size = Math.abs(passed);
	if (size < MINUTE_MS) return text.value.screens.time.justNow;
	if (size < HOUR_MS) return relative(Math.trunc(passed / MINUTE_MS), "minute");
	if (size < DAY_MS) return relative(Math.trunc(passed / HOUR_MS), "hour");
	if (size < 30 * DAY_MS) return relative(Math.trunc(passed / DAY_MS), "day");
	return dates({ dateStyle: "medium" }).format(ms);
}

export const number = (value: number): string => new Intl.NumberFormat(locale.value).format(value);

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** 1.4 MB; a kilobyte has 1,000 bytes, as in file managers. */
export function bytes(count: number): string {
	const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), UNITS.length - 1);
	const value = count / 1000 ** power;
	return new Intl.NumberFormat(locale.value, {
		style: "unit",
		unit: UNITS[power] ?? "byte",
		unitDisplay: power === 0 ? "long" : "short",
		maximumFractionDigits: power > 0 && value < 100 ? 1 : 0,
	}).format(value);
}

/** A duration: 45 seconds, 10 minutes, 36 hours, 12 days, 3 years. */
export function duration(seconds: number): string {
	const { seconds: inSeconds, minutes, hours, days, years } = text.value.screens.time;
	if (seconds < 60) return inSeconds(Math.ceil(seconds));
	if (seconds < 3600) return minutes(Math.round(seconds / 60));
	if (seconds < 2 * 86_400) return hours(Math.round(seconds / 3600));
	const count = Math.round(seconds / 86_400);
	return count % YEAR_DAYS === 0 ? years(count / YEAR_DAYS) : days(count);
}

/** A list of names: Henry, Mary and Zoë. */
export const list = (names: readonly string[]): string =>
	new Intl.ListFormat(locale.value, { type: "conjunction" }).format(names);

/** Compare names alphabetically; 2 before 10. */
export const compareNames = (one: string, other: string): number =>
	one.localeCompare(other, locale.value, { numeric: true, sensitivity: "base" });

function relative(count: number, unit: Intl.RelativeTimeFormatUnit): string {
	return new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }).format(count, unit);
}

const capital = (word: string): string => word.charAt(0).toLocaleUpperCase(locale.value) + word.slice(1);

/** The number of calendar days between them, in local time. */
function daysBetween(ms: number, nowMs: number): number {
	const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);
	return Math.round((midnight(nowMs) - midnight(ms)) / DAY_MS);
}
