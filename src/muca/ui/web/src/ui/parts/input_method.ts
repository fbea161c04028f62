/**
 * Keys that an input method takes, as for Chinese or Japanese: Enter takes over its text, Escape drops it, arrows choose in its list. Nobody
 * in the page hears of them. WebKit ends the composition before it tells of the key, which then has the code 229 only.
 */

const PROCESSED = 229;

export function leaveKeysToInputMethods(): void {
	addEventListener("keydown", leave, { capture: true });
}

function leave(event: KeyboardEvent): void {
	if (!event.isComposing && event.keyCode !== PROCESSED) return;
	event.stopImmediatePropagation();
	if (event.key === "Escape") event.preventDefault(); // it would close a dialog of the browser's
}
