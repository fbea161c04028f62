/**
 * Hides the keys of an input method, as for Chinese or Japanese, from the page: Enter accepts its text, Escape discards it,
 * arrows move in its list. WebKit ends the composition before it reports the key, which then only has the code 229.
 */

const PROCESSED = 229;

export function leaveKeysToInputMethods(): void {
	addEventListener("keydown", leave, { capture: true });
}

function leave(event: KeyboardEvent): void {
	if (!event.isComposing && event.keyCode !== PROCESSED) return;
	event.stopImmediatePropagation();
	if (event.key === "Escape") event.preventDefault(); // it would close a native dialog
}
