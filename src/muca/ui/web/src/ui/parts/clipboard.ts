/** Copying, even over plain http://, where the browser's clipboard API is not available. */

import { text } from "../../text";
import { toast } from "./toast";

/** Copy a text, and show a notification. */
export async function copy(words: string, done: string): Promise<void> {
	const copied = navigator.clipboard ? await written(words) : selected(words);
	toast(copied ? done : text.value.conversation.notCopied);
}

const written = (words: string): Promise<boolean> =>
	navigator.clipboard.writeText(words).then(
		() => true,
		() => false,
	);

/** The old way: a field for a moment, selected and copied. */
function selected(words: string): boolean {
	const field = document.createElement("textarea");
	field.value = words;
	field.className = "unseen";
	const before = document.activeElement;
	(document.querySelector("dialog[open]:last-of-type") ?? document.body).append(field);
	field.select();
	const copied = document.execCommand("copy");
	field.remove();
	if (before instanceof HTMLElement) before.focus();
	return copied;
}
