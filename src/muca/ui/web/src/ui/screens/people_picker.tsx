/** Chooses people: a search field, a list with check boxes, and the chosen people. */

import { useRef, useState } from "preact/hooks";
import { text } from "../../text";
import type { Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { CloseIcon } from "../parts/icons";
import { rank } from "./fuzzy";
import { Marked } from "./marked";
import "./find.css";

interface PeoplePickerProps {
	chosen: readonly Uid[];
	onChange: (chosen: Uid[]) => void;
	/** People to exclude, because they are already members. */
	without?: readonly Uid[];
	max: number;
}

const SHOWN_MAX = 100;

export function PeoplePicker({ chosen, onChange, without = [], max }: PeoplePickerProps) {
	const chat = useChat();
	const words = text.value.screens.people;
	const field = useRef<HTMLInputElement>(null);
	const [written, setWritten] = useState("");

	const me = chat.me.value?.uid;
	const offered = chat.people.value.filter(({ uid }) => uid !== me && !without.includes(uid));
	const ranked = rank(
		written,
		offered,
		({ nickname }) => nickname,
		({ uid }) => uid,
	);
	const found = ranked.slice(0, SHOWN_MAX);
	const toggle = (uid: Uid) => {
		if (chosen.includes(uid)) onChange(chosen.filter((each) => each !== uid));
		else if (chosen.length < max) onChange([...chosen, uid]);
		setWritten("");
		field.current?.focus();
	};

	return (
		<div class="picker">
			<div class="picker-field">
				{chosen.map((uid) => (
					<button
						key={uid}
						type="button"
						class="chip"
						aria-label={words.remove(chat.person(uid).nickname)}
						onClick={() => toggle(uid)}
					>
						<bdi class="ellipsis">{chat.person(uid).nickname}</bdi>
						<CloseIcon />
					</button>
				))}
				<input
					ref={field}
					autofocus
					type="text"
					aria-label={words.filter}
					placeholder={words.newPlaceholder}
					value={written}
					dir="auto"
					autocomplete="off"
					spellcheck={false}
					onInput={(event) => setWritten(event.currentTarget.value)}
					onKeyDown={(event) => {
						const first = found[0]?.one;
						const last = chosen.at(-1);
						if (event.key === "Enter" && written.trim()) {
							event.preventDefault(); // choose, and do not submit the form
							if (first) toggle(first.uid);
						} else if (event.key === "Backspace" && written === "" && last) toggle(last);
					}}
				/>
			</div>
			{found.length === 0 && <p class="muted">{words.nobody}</p>}
			{/* biome-ignore lint/a11y/useSemanticElements: a list of ticks that needs no legend */}
			<div class="picker-list" role="group" aria-label={words.readable}>
				{found.map(({ one, marks }) => (
					<label key={one.uid}>
						<Avatar person={one} size="small" presence />
						<span class="who">
							<b>
								<bdi>
									<Marked text={one.nickname} marks={marks} />
								</bdi>
							</b>
							<small>{one.uid}</small>
						</span>
						<input
							type="checkbox"
							checked={chosen.includes(one.uid)}
							disabled={chosen.length >= max && !chosen.includes(one.uid)}
							onChange={() => toggle(one.uid)}
						/>
					</label>
				))}
			</div>
		</div>
	);
}
