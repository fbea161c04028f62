/** The command palette: jumps to a room, a person or a day, or runs a command. */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { text } from "../../text";
import { useChat } from "../chat";
import { namesakeIn } from "../names";
import { Avatar } from "../parts/avatar";
import { Dialog } from "../parts/dialog";
import { CalendarIcon, ChevronRightIcon, SearchIcon } from "../parts/icons";
import { RoomSign } from "../parts/sign";
import { toastError } from "../parts/toast";
import { Marked } from "./marked";
import { type PaletteItem, paletteGroups } from "./palette_items";
import { closeScreen } from "./screen";
import "./lists.css";
import "./find.css";

export function Palette() {
	const chat = useChat();
	const words = text.value.screens.find;
	const id = useId();
	const [written, setWritten] = useState("");
	const [at, setAt] = useState(0);
	const list = useRef<HTMLDivElement>(null);
	const groups = paletteGroups(chat, written);
	const items = groups.flatMap((group) => group.items);
	const chosen = items[Math.min(at, items.length - 1)];

	// biome-ignore lint/correctness/useExhaustiveDependencies: another choice is to be seen, too
	useLayoutEffect(() => {
		list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
	}, [chosen?.key]);

	const pick = async (item: PaletteItem) => {
		closeScreen();
		try {
			await item.pick();
		} catch (error) {
			toastError(error);
		}
	};
	const press = (event: KeyboardEvent) => {
		const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
		const step = steps[event.key];
		if (step !== undefined) {
			const last = items.length - 1;
			const to = Math.min(at, last) + step;
			// Small steps wrap around, large steps stop at the ends.
			setAt(Math.abs(step) === 1 ? (to + items.length) % Math.max(items.length, 1) : Math.max(0, Math.min(to, last)));
		} else if (event.key === "Enter") {
			if (chosen) void pick(chosen);
		} else return;
		event.preventDefault();
	};

	return (
		<Dialog title={words.palette} onClose={closeScreen} class="palette">
			<div class="palette-field">
				<SearchIcon />
				<input
					autofocus
					role="combobox"
					aria-label={words.palette}
					aria-expanded={items.length > 0}
					aria-controls={`${id}-list`}
					aria-activedescendant={chosen && `${id} ${chosen.key}`.replaceAll(" ", "-")}
					aria-autocomplete="list"
					autocomplete="off"
					spellcheck={false}
					dir="auto"
					placeholder={words.palettePlaceholder}
					value={written}
					onInput={(event) => {
						setWritten(event.currentTarget.value);
						setAt(0);
					}}
					onKeyDown={press}
				/>
			</div>
			<div class="palette-list" role="listbox" id={`${id}-list`} aria-label={words.palette} ref={list}>
				{groups.map((group) => (
					// biome-ignore lint/a11y/useSemanticElements: a part of a list box, no fieldset
					<div role="group" aria-label={group.title} key={group.title}>
						<div class="part-title" aria-hidden="true">
							{group.title}
						</div>
						{group.items.map((item) => (
							// biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field
							// biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
							<div
								role="option"
								id={`${id} ${item.key}`.replaceAll(" ", "-")}
								key={item.key}
								class="palette-item"
								aria-selected={item === chosen}
								onPointerMove={() => setAt(items.indexOf(item))}
								onClick={() => pick(item)}
							>
								<Picture item={item} />
								<bdi class="ellipsis">
									<Marked text={item.name} marks={item.marks} />
								</bdi>
								{item.is === "room" && item.room.unread > 0 && <span class="badge">{item.room.unread}</span>}
								{item.is === "room" && <small class="ellipsis muted">{namesakeIn(item.room, chat)}</small>}
								{item.is === "person" && <small class="ellipsis muted">{item.person.uid}</small>}
							</div>
						))}
					</div>
				))}
			</div>
			<p class="palette-hint" aria-hidden="true">
				{words.paletteHint}
			</p>
		</Dialog>
	);
}

function Picture({ item }: { item: PaletteItem }) {
	switch (item.is) {
		case "room":
			return <RoomSign room={item.room} />;
		case "person":
			return <Avatar person={item.person} size="small" presence />;
		case "day":
			return (
				<span class="sign" data-reach="ROOM" aria-hidden="true">
					<CalendarIcon />
				</span>
			);
		case "command":
			return (
				<span class="sign" data-reach="ROOM" aria-hidden="true">
					<ChevronRightIcon />
				</span>
			);
	}
}
