/** Searches messages, with filters; a result jumps to its message. */

import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../../chat/chat";
import { locale, text } from "../../text";
import type { Hit } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { SearchIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { useAnswer, useDeed } from "./asking";
import { Filters } from "./filters";
import { FindField } from "./find_field";
import { HitItem } from "./hit";
import { formatQuery, NO_QUERY, parseQuery, type Query, withIsoDays } from "./query";
import { closeScreen } from "./screen";
import { Trouble } from "./trouble";
import { zone } from "./zone";
import "./lists.css";
import "./find.css";

const PAUSE_MS = 300;

/** The last query, so that its results are shown again. */
let before: Query = NO_QUERY;

export function Search({ query: given }: { query?: string }) {
	const words = text.value.screens.find;
	const [query, setQuery] = useState(() => (given === undefined ? before : parseQuery(given)));
	const [asked, setAsked] = useState(() => formatQuery(query));
	const limit = useChat().limits.value.QUERY_CHARS_MAX;
	const line = withIsoDays(formatQuery(query), locale.value);
	useEffect(() => {
		before = query;
		const later = setTimeout(setAsked, PAUSE_MS, line);
		return () => clearTimeout(later);
	}, [query, line]);

	return (
		<Dialog title={words.search} onClose={closeScreen} wide class="search">
			<search>
				<form
					onSubmit={(event) => {
						event.preventDefault();
						setAsked(line);
					}}
				>
					<div class="search-field">
						<SearchIcon />
						<FindField
							class=""
							first
							label={words.query}
							placeholder={words.placeholder}
							value={query.words}
							onChange={(written) => setQuery({ ...query, words: written })}
							maxLength={limit}
						/>
					</div>
					<Filters query={query} onChange={setQuery} />
				</form>
			</search>
			{asked === "" ? (
				<div class="empty">
					<h2>{words.start}</h2>
					<p>{words.startText}</p>
				</div>
			) : (
				<Results key={asked} line={asked} />
			)}
		</Dialog>
	);
}

interface Found {
	hits: readonly Hit[];
	next: number | undefined;
}

/** Pages may be empty although there are more. After this many, the user must ask for more. */
const EMPTY_PAGES_MAX = 5;

async function read(chat: Chat, line: string, from?: number): Promise<Found> {
	let next = from;
	for (let page = 0; page < EMPTY_PAGES_MAX; page++) {
		const { HITS, NEXT } = await chat.ask("SEARCH", { QUERY: line, ZONE: zone(), ...(next && { BEFORE: next }) });
		const hits = HITS.filter(({ MESSAGE }) => !chat.person(MESSAGE.FROM).ignored);
		next = NEXT;
		if (hits.length > 0 || next === undefined) return { hits, next };
	}
	return { hits: [], next };
}

function Results({ line }: { line: string }) {
	const chat = useChat();
	const words = text.value.screens.find;
	const { value, trouble, again, set } = useAnswer<Found>(() => read(chat, line), [line]);
	const more = useDeed();
	if (trouble !== null) return <Trouble words={trouble} onAgain={again} />;
	if (!value) return <Spinner label={text.value.screens.all.loading} />;
	const { hits, next } = value;
	if (hits.length === 0 && next === undefined) {
		return (
			<div class="empty" role="status">
				<h2>{words.nothing}</h2>
				<p>{words.nothingText}</p>
			</div>
		);
	}
	return (
		<section class="stack" aria-labelledby="search-count">
			<div role="status">
				<h3 class="part-title" id="search-count">
					{words.results(hits.length, next !== undefined)}
				</h3>
			</div>
			<ol class="hits">
				{hits.map((hit) => (
					<HitItem key={`${hit.MESSAGE.ROOM} ${hit.MESSAGE.SEQ}`} hit={hit} />
				))}
			</ol>
			<Trouble words={more.trouble?.message} />
			{next !== undefined && (
				<Button
					busy={more.busy}
					onClick={() =>
						more.run(async () => {
							const older = await read(chat, line, next);
							set((now) => ({ hits: [...now.hits, ...older.hits], next: older.next }));
						})
					}
				>
					{words.more}
				</Button>
			)}
		</section>
	);
}
