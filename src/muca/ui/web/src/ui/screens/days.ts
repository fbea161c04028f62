/** Parses days as people write them: 2026-11-21, 21.11., 11/21 (depending on the locale), yesterday, Friday. */

/** Maximum years between two 29 Februaries, as around 1900 and 2100. */
const LEAP_YEARS_MAX = 8;

/** The start of the day in local time; null if it is not a day. Days without a year are in the past. */
export function parseDay(written: string, locale: string, now = new Date()): number | null {
	const wanted = written.trim().toLocaleLowerCase(locale);
	if (wanted === "") return null;
	return parseIso(wanted) ?? parseNumbers(wanted, locale, now) ?? parseWord(wanted, locale, now);
}

function parseIso(wanted: string): number | null {
	const found = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(wanted);
	return found ? beginning(Number(found[1]), Number(found[2]), Number(found[3])) : null;
}

function parseNumbers(wanted: string, locale: string, now: Date): number | null {
	const found = /^(\d{1,2})[./](\d{1,2})(?:[./](\d{4})?)?$/.exec(wanted);
	if (!found) return null;
	const order = new Intl.DateTimeFormat(locale).formatToParts(now).map(({ type }) => type);
	const monthFirst = order.indexOf("month") < order.indexOf("day") && wanted.includes("/");
	const [first, second] = [Number(found[1]), Number(found[2])];
	const [month, day] = monthFirst ? [first, second] : [second, first];
	if (found[3]) return beginning(Number(found[3]), month, day);
	for (let back = 0; back <= LEAP_YEARS_MAX; back++) {
		const ms = beginning(now.getFullYear() - back, month, day);
		if (ms !== null && ms <= now.getTime()) return ms;
	}
	return null;
}

/** Today, yesterday and weekdays, which may be abbreviated to two letters. */
function parseWord(wanted: string, locale: string, now: Date): number | null {
	if (wanted.length < 2) return null;
	const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
	const weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });
	for (let back = 0; back < 7; back++) {
		const noon = new Date(now.getFullYear(), now.getMonth(), now.getDate() - back, 12);
		const names = [weekday.format(noon), ...(back < 2 ? [relative.format(-back, "day")] : [])];
		if (names.some((name) => name.toLocaleLowerCase(locale).startsWith(wanted))) return noon.setHours(0, 0, 0, 0);
	}
	return null;
}

function beginning(year: number, month: number, day: number): number | null {
	const date = new Date(year, month - 1, day);
	return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() : null;
}
