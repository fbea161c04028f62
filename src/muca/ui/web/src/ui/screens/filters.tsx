/** The filters of a search, as a row of chips. */

import { compareNames, text } from "../../text";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Button } from "../parts/button";
import { NO_QUERY, type Query } from "./query";

interface FiltersProps {
	query: Query;
	onChange: (query: Query) => void;
}

export function Filters({ query, onChange }: FiltersProps) {
	const chat = useChat();
	const words = text.value.screens.find;
	const people = chat.people.value
		.map(({ uid, nickname }) => [uid, nickname] as const)
		.sort(([, one], [, other]) => compareNames(one, other));
	const rooms = chat.rooms.value.map((room) => [room.id, roomName(room)] as const);
	const narrowed = Object.entries(query).some(([name, value]) => name !== "words" && value);
	return (
		<fieldset class="filters">
			<legend class="unseen">{words.filters}</legend>
			<Pick
				label={words.from}
				any={words.anyone}
				value={query.from}
				options={people}
				onChange={(from) => onChange({ ...query, from })}
			/>
			<Pick
				label={words.in}
				any={words.anywhere}
				value={query.in}
				options={rooms}
				onChange={(room) => onChange({ ...query, in: room })}
			/>
			{(["after", "before"] as const).map((side) => (
				<label class="filter" key={side} data-on={query[side] !== ""}>
					<span>{words[side]}</span>
					<input
						type="date"
						aria-label={words.day(words[side])}
						value={query[side]}
						onInput={(event) => onChange({ ...query, [side]: event.currentTarget.value })}
					/>
				</label>
			))}
			{(["link", "file"] as const).map((what) => (
				<button
					key={what}
					type="button"
					class="filter"
					data-on={query[what]}
					aria-pressed={query[what]}
					onClick={() => onChange({ ...query, [what]: !query[what] })}
				>
					{words[what]}
				</button>
			))}
			{narrowed && (
				<Button look="link" onClick={() => onChange({ ...NO_QUERY, words: query.words })}>
					{words.clear}
				</Button>
			)}
		</fieldset>
	);
}

interface PickProps {
	label: string;
	any: string;
	value: string;
	options: readonly (readonly [value: string, name: string])[];
	onChange: (value: string) => void;
}

function Pick({ label, any, value, options, onChange }: PickProps) {
	const listed = value === "" || options.some(([each]) => each === value);
	return (
		<label class="filter" data-on={value !== ""}>
			<span>{label}</span>
			<select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
				<option value="">{any}</option>
				{!listed && <option value={value}>{value}</option>}
				{options.map(([each, name]) => (
					<option key={each} value={each}>
						{name}
					</option>
				))}
			</select>
		</label>
	);
}
