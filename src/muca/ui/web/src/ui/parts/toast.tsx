/** Short messages, shown for a while and announced to screen readers. */

import { signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { text } from "../../text";
import { Button, IconButton } from "./button";
import { CloseIcon } from "./icons";

interface Toast {
	id: number;
	words: string;
	action?: { label: string; onPick: () => void } | undefined;
}

const SHOWN_MS = 4_000;
const toasts = signal<readonly Toast[]>([]);
/** The last announcement; the number makes a repeated text new. */
const said = signal({ words: "", number: 0 });
let next = 0;

/** Show it at the top of the page, where it covers nothing important. */
export function toast(words: string, action?: Toast["action"]): void {
	const id = next++;
	toasts.value = [...toasts.value.slice(-2), { id, words, action }];
	setTimeout(() => dismiss(id), SHOWN_MS);
}

/** For promises whose errors the user should see: `.catch(toastError)`. */
export function toastError(error: unknown): void {
	toast(error instanceof Error ? error.message : String(error));
}

/** Announce to screen readers only. */
export function announce(words: string): void {
	said.value = { words, number: said.peek().number + 1 };
}

function dismiss(id: number): void {
	toasts.value = toasts.value.filter((each) => each.id !== id);
}

/** The container of both; used once in the page. */
export function Toasts() {
	const box = useRef<HTMLDivElement>(null);
	// Shown again each time, so that it is above dialogs that were opened since.
	useSignalEffect(() => {
		const { length } = toasts.value;
		box.current?.hidePopover();
		if (length > 0) box.current?.showPopover();
	});
	return (
		<>
			<div class="toasts" popover="manual" role="status" ref={box}>
				{toasts.value.map(({ id, words, action }) => (
					<div class="toast" key={id}>
						<span>{words}</span>
						{action && (
							<Button
								look="quiet"
								onClick={() => {
									dismiss(id);
									action.onPick();
								}}
							>
								{action.label}
							</Button>
						)}
						<IconButton small icon={CloseIcon} label={text.value.conversation.close} onClick={() => dismiss(id)} />
					</div>
				))}
			</div>
			<div class="unseen" aria-live="polite">
				<p key={said.value.number}>{said.value.words}</p>
			</div>
		</>
	);
}
