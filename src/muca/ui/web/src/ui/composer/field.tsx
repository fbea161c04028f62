/** The field: it grows with its text, Enter sends, `@` and `:` open a list. */

import type { Ref } from "preact";
import { useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RoomView } from "../../chat/chat";
import { language, text } from "../../text";
import { isTouch } from "../parts/screen";
import { type Completion, closedShort, complete, completionAt } from "./completion";
import { emojiOf } from "./emoji";
import { OptionList } from "./option_list";
import { type Suggestion, useSuggestions } from "./suggestions";

export interface FieldHandle {
	focus(): void;
	/** Put something in at the caret. */
	insert(words: string): void;
}

/** Where the style sheet's `field-sizing` holds. */
const growsByItself = CSS.supports("field-sizing", "content");

interface FieldProps {
	ref: Ref<FieldHandle>;
	value: string;
	room: RoomView | null;
	label: string;
	onInput: (value: string) => void;
	/** Something was chosen from the list. */
	onPick: (chosen: Suggestion) => void;
	onSend: () => void;
	onFiles: (files: readonly File[]) => void;
	/** Arrow up in an empty field, and Esc. */
	onUp: () => void;
	onEscape: () => void;
}

export function Field({ ref, value, room, label, onInput, onPick, onSend, onFiles, onUp, onEscape }: FieldProps) {
	const area = useRef<HTMLTextAreaElement>(null);
	const [caret, setCaret] = useState(0);
	const [at, setAt] = useState(0);
	/** What the list was closed over: it stays closed until something else is written. */
	const [closed, setClosed] = useState<string | null>(null);
	const id = useId();
	/** Where the caret goes once the new text is in the field. */
	const goal = useRef<number | null>(null);
	const completion = completionAt(value, caret);
	const suggestions = useSuggestions(closed === value ? null : completion, room);
	const shown = suggestions.length > 0 && completion !== null;

	useLayoutEffect(() => {
		const element = area.current;
		if (!element) return;
		if (!growsByItself) {
			element.style.height = "auto";
			element.style.height = `${element.scrollHeight}px`;
		}
		if (goal.current !== null) element.setSelectionRange(goal.current, goal.current);
		goal.current = null;
	});

	// Who comes into a room can write at once; but not where that would bring up a keyboard.
	useEffect(() => {
		if (!isTouch()) area.current?.focus();
	}, []);

	const put = (whole: string, to: number) => {
		goal.current = to;
		setCaret(to);
		onInput(whole);
		area.current?.focus();
	};
	const pick = (suggestion: Suggestion) => {
		if (!completion) return;
		onPick(suggestion);
		const next = complete(value, caret, completion, suggestion.put);
		put(next.text, next.caret);
		setClosed(next.text); // a longer name may begin with the chosen one
		setAt(0);
	};
	useImperativeHandle(ref, () => ({
		focus: () => area.current?.focus(),
		insert(words) {
			const { selectionStart = value.length, selectionEnd = value.length } = area.current ?? {};
			put(value.slice(0, selectionStart) + words + value.slice(selectionEnd), selectionStart + words.length);
		},
	}));

	/** Whether a key was meant for the list. */
	const forList = (event: KeyboardEvent): boolean => {
		const chosen = suggestions[Math.min(at, suggestions.length - 1)];
		if (!shown || !chosen || event.shiftKey) return false;
		const count = suggestions.length;
		if (event.key === "ArrowDown") setAt((at + 1) % count);
		else if (event.key === "ArrowUp") setAt((at - 1 + count) % count);
		else if (event.key === "Enter" || event.key === "Tab") pick(chosen);
		else if (event.key === "Escape") setClosed(value);
		else return false;
		return true;
	};
	const pressed = (event: KeyboardEvent) => {
		if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
		if (!forList(event)) {
			if (event.key === "Enter" && !event.shiftKey && !isTouch()) onSend();
			else if (event.key === "ArrowUp" && value === "") onUp();
			else if (event.key === "Escape") onEscape();
			else return;
		}
		event.preventDefault();
		event.stopPropagation();
	};
	const written = ({ value: now, selectionStart }: HTMLTextAreaElement) => {
		setAt(0);
		setCaret(selectionStart);
		onInput(now);
		const short = closedShort(now, selectionStart);
		if (short) void exchange(short, selectionStart);
	};
	/** The emoji may have to be loaded first: what is written meanwhile stays. */
	const exchange = async (short: Completion, end: number) => {
		const meant = await emojiOf(short.query, language.peek());
		const element = area.current;
		if (!meant || element?.value.slice(short.start, end) !== `:${short.query}:`) return;
		const next = complete(element.value, end, short, meant);
		put(next.text, next.caret + element.selectionStart - end);
	};
	const moved = () => setCaret(area.current?.selectionStart ?? 0);

	return (
		<>
			{shown && (
				<OptionList
					id={id}
					label={text.value.conversation.suggestions}
					items={suggestions}
					at={Math.min(at, suggestions.length - 1)}
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
				aria-activedescendant={shown ? `${id}-${Math.min(at, suggestions.length - 1)}` : undefined}
				enterkeyhint={isTouch() ? "enter" : "send"}
				onInput={(event) => written(event.currentTarget)}
				onKeyDown={pressed}
				onKeyUp={moved}
				onClick={moved}
				onPaste={(event) => {
					const files = Array.from(event.clipboardData?.files ?? []);
					if (files.length === 0) return;
					event.preventDefault();
					onFiles(files);
				}}
			/>
		</>
	);
}
