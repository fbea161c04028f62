/** Adds a recipient, found by a part of the name or user id. */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Person } from "../../chat/chat";
import { text } from "../../text";
import type { Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Floating } from "../parts/floating";
import { OptionList } from "./option_list";
import { PersonOption } from "./person_option";

interface PeoplePickerProps {
	anchor: HTMLElement;
	/** People who are already chosen. */
	without: readonly Uid[];
	onPick: (uid: Uid) => void;
	onClose: () => void;
}

const SHOWN_MAX = 50;

export function PeoplePicker({ anchor, without, onPick, onClose }: PeoplePickerProps) {
	const chat = useChat();
	const words = text.value.conversation;
	const field = useRef<HTMLInputElement>(null);
	const [query, setQuery] = useState("");
	const [at, setAt] = useState(0);
	const id = useId();
	useLayoutEffect(() => field.current?.focus(), []);

	const me = chat.me.value?.uid;
	const people = chat.people.value
		.filter((person) => person.uid !== me && !without.includes(person.uid) && matches(person, query))
		.slice(0, SHOWN_MAX);
	const move = (to: number) => setAt(Math.max(0, Math.min(to, people.length - 1)));

	return (
		<Floating anchor={anchor} side="above" onClose={onClose}>
			<div class="people-picker">
				<input
					ref={field}
					class="input"
					role="combobox"
					aria-expanded
					aria-controls={id}
					aria-activedescendant={people.length > 0 ? `${id}-${at}` : undefined}
					aria-label={words.choosePeople}
					placeholder={words.personOrId}
					value={query}
					onInput={(event) => {
						setQuery(event.currentTarget.value);
						setAt(0);
					}}
					onKeyDown={(event) => {
						const person = people[at];
						if (event.key === "ArrowDown") move(at + 1);
						else if (event.key === "ArrowUp") move(at - 1);
						else if (event.key === "Enter" && person) onPick(person.uid);
						else return;
						event.preventDefault();
					}}
				/>
				<OptionList
					id={id}
					label={words.people}
					items={people}
					at={at}
					keyOf={({ uid }) => uid}
					draw={(person) => <PersonOption person={person} />}
					onPick={({ uid }) => onPick(uid)}
				/>
				{people.length === 0 && <p class="empty">{words.nobodyFound}</p>}
			</div>
		</Floating>
	);
}

function matches({ nickname, uid }: Person, query: string): boolean {
	const wanted = query.trim().toLocaleLowerCase();
	return nickname.toLocaleLowerCase().includes(wanted) || uid.toLocaleLowerCase().includes(wanted);
}
