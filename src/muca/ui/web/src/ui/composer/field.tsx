/** The message box: grows with its text, Enter sends, `@` and `:` open a list. */

import type { Ref } from "preact";
import { useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RoomView } from "../../chat/chat";
import { language, text } from "../../text";
import { isTouch } from "../parts/screen";
import { type Brought, broughtBy, hasFiles, isText } from "./brought";
import { type Completion, closedShort, complete, completionAt } from "./completion";
import { emojiOf } from "./emoji";
import { OptionList } from "./option_list";
import { type Suggestion, useSuggestions } from "./suggestions";

export interface FieldHandle {
	focus(): void;
	/** Insert a text at the caret. */
	insert(words: string): void;
}

/** Whether the browser supports `field-sizing`. */
const growsByItself = CSS.supports("field-sizing", "content");

interface FieldProps {
	ref: Ref<FieldHandle>;
	value: string;
	room: RoomView | null;
	label: string;
	onInput: (value: string) => void;
	/** A suggestion was chosen. */
	onPick: (chosen: Suggestion) => void;
	onSend: () => void;
	/** Files were pasted. */
	onBring: (brought: Brought) => void;
	/** Arrow up in an empty field, and Esc. */
	onUp: () => void;
	onEscape: () => void;
}

export function Field({ ref, value, room, label, onInput, onPick, onSend, onBring, onUp, onEscape }: FieldProps) {
	const area = useRef<HTMLTextAreaElement>(null);
	const [caret, setCaret] = useState(0);
	/** The selected row of the list; null: none. */
	const [at, setAt] = useState<number | null>(null);
	/** The text when the list was closed; it stays closed until the text changes. */
	const [closed, setClosed] = useState<string | null>(null);
	const id = useId();
	const completion = completionAt(value, caret);
	const suggestions = useSuggestions(closed === value ? null : completion, room);
	const shown = suggestions.length > 0 && completion !== null;
	const chosenAt = Math.min(at ?? (suggestions[0]?.isSure ? 0 : -1), suggestions.length - 1);

	useLayoutEffect(() => {
		const element = area.current;
		if (!element || growsByItself) return;
		element.style.height = "auto";
		element.style.height = `${element.scrollHeight}px`;
	});

	// Focus the message box when a room is opened, except if that would open an on-screen keyboard.
	useEffect(() => {
		if (!isTouch()) area.current?.focus();
	}, []);

	/** Insert as if typed, so that Ctrl+Z undoes it. */
	const put = (words: string, start?: number, end?: number) => {
		area.current?.focus();
		if (start !== undefined && end !== undefined) area.current?.setSelectionRange(start, end);
		document.execCommand("insertText", false, words);
	};
	const pick = (suggestion: Suggestion) => {
		if (!completion) return;
		onPick(suggestion);
		const { start, end, put: words } = complete(value, caret, completion, suggestion.put);
		put(words, start, end);
		setClosed(area.current?.value ?? null); // a longer name may begin with the chosen one
	};
	useImperativeHandle(ref, () => ({ focus: () => area.current?.focus(), insert: put }));

	/** Whether the list has handled a key. */
	const forList = (event: KeyboardEvent): boolean => {
		const [first] = suggestions;
		if (!shown || !first || event.shiftKey) return false;
		const count = suggestions.length;
		const chosen = suggestions[chosenAt];
		if (event.key === "ArrowDown") setAt((chosenAt + 1) % count);
		else if (event.key === "ArrowUp") setAt((Math.max(chosenAt, 0) - 1 + count) % count);
		else if (event.key === "Tab") pick(chosen ?? first);
		else if (event.key === "Enter" && chosen) pick(chosen);
		else if (event.key === "Escape") setClosed(value);
		else return false;
		return true;
	};
	const pressed = (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (!forList(event)) {
			if (event.key === "Enter" && !event.shiftKey && !isTouch()) onSend();
			else if (event.key === "ArrowUp" && value === "") onUp();
			else if (event.key === "Escape") onEscape();
			else return;
		}
		event.preventDefault();
		event.stopPropagation();
	};
	const written = (element: HTMLTextAreaElement, { inputType, data }: InputEvent) => {
		// Undoing a replacement selects the restored text, which the next letter would overwrite.
		if (inputType === "historyUndo") element.setSelectionRange(element.selectionEnd, element.selectionEnd);
		const { value: now, selectionStart } = element;
		setAt(null);
		setCaret(selectionStart);
		onInput(now);
		if (inputType !== "insertText" || data !== ":") return; // pasted text stays as it is
		const short = closedShort(now, selectionStart);
		if (short) void exchange(short, selectionStart);
	};
	/** The emoji may have to be loaded first; text typed meanwhile stays. */
	const exchange = async (short: Completion, end: number) => {
		const meant = await emojiOf(short.query, language.peek());
		const element = area.current;
		if (!meant || element?.value.slice(short.start, end) !== `:${short.query}:`) return;
		const { selectionStart } = element;
		const next = complete(element.value, end, short, meant);
		put(next.put, next.start, next.end);
		if (selectionStart === end) return;
		const moved = selectionStart < end ? selectionStart : selectionStart + next.put.length - (next.end - next.start);
		element.setSelectionRange(moved, moved);
	};
	const moved = () => setCaret(area.current?.selectionStart ?? 0);

	return (
		<>
			{shown && (
				<OptionList
					id={id}
					label={text.value.conversation.suggestions}
					items={suggestions}
					at={chosenAt}
					keyOf={({ key }) => key}
					draw={(suggestion) => suggestion.shown}
					onPick={pick}
				/>
			)}
			<textarea
				ref={area}
				rows={1}
				dir="auto"
				value={value}
				placeholder={label}
				aria-label={label}
				aria-autocomplete="list"
				aria-controls={shown ? id : undefined}
				aria-activedescendant={shown && chosenAt >= 0 ? `${id}-${chosenAt}` : undefined}
				enterkeyhint={isTouch() ? "enter" : "send"}
				onInput={(event) => written(event.currentTarget, event)}
				onKeyDown={pressed}
				onKeyUp={moved}
				onClick={moved}
				onPaste={(event) => {
					if (!hasFiles(event.clipboardData) || isText(event.clipboardData)) return;
					event.preventDefault();
					onBring(broughtBy(event.clipboardData));
				}}
			/>
		</>
	);
}
