/** Search queries: as fields of the page, and as the line of SEARCH (docs/PROTOCOL.md). */

import { parseDay } from "./days";

export interface Query {
	words: string;
	/** A UID or nickname; empty: anyone. */
	from: string;
	/** A room's id or title; empty: anywhere. */
	in: string;
	/** Days, 2024-05-31; empty: any. */
	after: string;
	before: string;
	link: boolean;
	file: boolean;
}

export const NO_QUERY: Query = { words: "", from: "", in: "", after: "", before: "", link: false, file: false };

/** A term: an optional filter, then a quoted text or a word. */
const TERM = /(?:(from|in|after|before|has):)?("(?:[^"\\]|\\.|\\$)*"?|\S+)/gsu;

/** If a filter occurs several times, the fields have the last one; the others stay among the words, where they also work. */
export function parseQuery(line: string): Query {
	const query = { ...NO_QUERY };
	const words: string[] = [];
	for (const [term, filter, value = ""] of line.matchAll(TERM)) {
		const plain = value.startsWith('"') ? unquoted(value) : value;
		if (filter === "has" && (plain === "link" || plain === "file")) query[plain] = true;
		else if (filter === "from" || filter === "in" || filter === "after" || filter === "before") {
			if (query[filter] !== "") words.push(`${filter}:${quoted(query[filter])}`);
			query[filter] = plain;
		} else words.push(term);
	}
	return { ...query, words: words.join(" ") };
}

/** The line with days converted to the server's format: before:21.11., after:yesterday. */
export const withIsoDays = (line: string, locale: string, now = new Date()): string =>
	line.replaceAll(TERM, (term: string, filter: string | undefined, value = "") => {
		const ms = filter === "after" || filter === "before" ? parseDay(value, locale, now) : null;
		return ms === null ? term : `${filter}:${isoDay(new Date(ms))}`;
	});

const isoDay = (day: Date): string =>
	[day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

export function formatQuery({ words, link, file, ...filters }: Query): string {
	const terms = Object.entries(filters).flatMap(([name, value]) => (value ? [`${name}:${quoted(value)}`] : []));
	if (link) terms.push("has:link");
	if (file) terms.push("has:file");
	if (words.trim()) terms.push(words.trim());
	return terms.join(" ");
}

/** Quoted if necessary, with quotation marks and backslashes escaped. */
const quoted = (value: string): string =>
	/^[^\s"“”„]+$/u.test(value) ? value : `"${value.replaceAll(/["\\]/g, "\\$&")}"`;

const unquoted = (value: string): string =>
	(/^"((?:[^"\\]|\\.|\\$)*)/su.exec(value)?.[1] ?? "").replaceAll(/\\(["\\])/g, "$1");
