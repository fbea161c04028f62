/** The user's time zone, by name or, if the browser does not know it, by the current offset. */
export function zone({ timeZone } = new Intl.DateTimeFormat().resolvedOptions()): string {
	return timeZone === "Etc/Unknown" ? offset(-new Date().getTimezoneOffset()) : timeZone;
}

/** +02:00 */
export function offset(minutes: number): string {
	const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
	const size = Math.abs(minutes);
	return `${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
