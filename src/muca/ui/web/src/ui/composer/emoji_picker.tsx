/** The emoji picker: by group, by search, and recently used. */

import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { keepText, keptText } from "../../keeping";
import { language, text } from "../../text";
import { type Anchor, Floating } from "../parts/floating";
import { isTouch } from "../parts/screen";
import { Spinner } from "../parts/spinner";
import { type Emoji, findEmoji, loadEmoji } from "./emoji";

interface EmojiPickerProps {
	anchor: Anchor;
	align?: "start" | "end";
	onPick: (emoji: string) => void;
	onClose: () => void;
}

const KEPT = "muca.emoji";
const LATELY_MAX = 16;
const FOUND_MAX = 80;
const COLUMNS = 8;
/** Faces, people, animals, food, places, activities, objects, symbols, flags; 2 is skin tones and hair. */
const GROUPS = [0, 1, 3, 4, 5, 6, 7, 8, 9];

export function EmojiPicker({ anchor, align = "end", onPick, onClose }: EmojiPickerProps) {
	const words = text.value.conversation.emoji;
	const search = useRef<HTMLInputElement>(null);
	const box = useRef<HTMLDivElement>(null);
	const [all, setAll] = useState<readonly Emoji[] | null>(null);
	const [trouble, setTrouble] = useState(false);
	const [query, setQuery] = useState("");
	useSignalEffect(() => {
		loadEmoji(language.value).then(setAll, () => setTrouble(true));
	});
	// On touch devices, focusing the field would open the keyboard over half of the emoji.
	useLayoutEffect(() => (isTouch() ? box : search).current?.focus(), []);

	const pick = (emoji: string) => {
		keepLately(emoji);
		onPick(emoji);
	};
	const found = all && query.trim() !== "" ? findEmoji(all, query.trim(), FOUND_MAX) : null;
	const lately = all ? lastUsed().flatMap((sign) => all.find(({ emoji }) => emoji === sign) ?? []) : [];
	return (
		<Floating anchor={anchor} side="above" align={align} onClose={onClose}>
			<div ref={box} class="emoji-picker" role="dialog" tabIndex={-1} aria-label={words.title} onKeyDown={move}>
				<input
					ref={search}
					class="input"
					type="search"
					placeholder={words.search}
					aria-label={words.search}
					value={query}
					onInput={(event) => setQuery(event.currentTarget.value)}
					onKeyDown={(event) => {
						const first = found?.[0];
						if (event.key === "Enter" && first) pick(first.emoji);
					}}
				/>
				<div class="emoji-groups">
					{trouble && <p class="empty">{words.trouble}</p>}
					{!all && !trouble && <Spinner label={text.value.conversation.loading} />}
					{found && <Group title={words.found} emoji={found} onPick={pick} />}
					{found?.length === 0 && <p class="empty">{words.none}</p>}
					{all && !found && (
						<>
							<Group title={words.lately} emoji={lately} onPick={pick} />
							{GROUPS.map((group) => (
								<Group
									key={group}
									title={words.groups[group] ?? ""}
									emoji={all.filter((each) => each.group === group)}
									onPick={pick}
								/>
							))}
						</>
					)}
				</div>
			</div>
		</Floating>
	);
}

function Group({ title, emoji, onPick }: { title: string; emoji: readonly Emoji[]; onPick: (emoji: string) => void }) {
	if (emoji.length === 0) return null;
	return (
		<section aria-label={title}>
			<h3>{title}</h3>
			<div class="emoji-grid">
				{emoji.map((each) => (
					<button
						key={each.emoji}
						type="button"
						class="emoji"
						title={each.name}
						aria-label={each.name}
						onClick={() => onPick(each.emoji)}
					>
						{each.emoji}
					</button>
				))}
			</div>
		</section>
	);
}

/** The arrow keys move from the field into the grid and through it. */
function move(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
	const all = Array.from(event.currentTarget.querySelectorAll<HTMLElement>("button.emoji"));
	const at = all.indexOf(document.activeElement as HTMLElement);
	const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
	if (steps === undefined || (at < 0 && event.key !== "ArrowDown")) return;
	event.preventDefault();
	if (at < 0) all[0]?.focus();
	else if (at + steps < 0) event.currentTarget.querySelector("input")?.focus();
	else all[Math.min(at + steps, all.length - 1)]?.focus();
}

function lastUsed(): string[] {
	return keptText(KEPT)?.split(" ").filter(Boolean) ?? [];
}

function keepLately(emoji: string): void {
	const others = lastUsed().filter((each) => each !== emoji);
	keepText(KEPT, [emoji, ...others].slice(0, LATELY_MAX).join(" "));
}
