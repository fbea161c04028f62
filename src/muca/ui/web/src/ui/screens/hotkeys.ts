/** Keys that hold everywhere in the page; keys.tsx lists them. */

import { openScreen, screen } from "./screen";

export function pressedAnywhere(event: KeyboardEvent): void {
	if (event.defaultPrevented || event.isComposing) return;
	const wanted = meant(event);
	if (!wanted) return;
	event.preventDefault();
	openScreen(wanted);
}

function meant(event: KeyboardEvent) {
	const { key, shiftKey, altKey } = event;
	const control = (event.ctrlKey || event.metaKey) && !altKey;
	if (control && key.toLowerCase() === "k") return { is: "palette" } as const;
	if (control && shiftKey && key.toLowerCase() === "f") return { is: "search" } as const;
	if (control && key === ",") return { is: "settings" } as const;
	if (key === "?" && !control && !altKey && screen.value === null && !isWriting(event.target))
		return { is: "keys" } as const;
	return null;
}

const isWriting = (target: EventTarget | null): boolean =>
	target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
