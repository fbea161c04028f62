/** Handles files that are dragged over an element. */

import { useState } from "preact/hooks";
import { type Brought, broughtBy, hasFiles } from "./brought";

export function useDrop(onDrop: (brought: Brought) => void) {
	const [over, setOver] = useState(false);
	return {
		over,
		handlers: {
			onDragOver(event: DragEvent) {
				if (!hasFiles(event.dataTransfer)) return;
				event.preventDefault();
				setOver(true);
			},
			onDragLeave(event: DragEvent & { currentTarget: HTMLElement }) {
				if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
			},
			onDrop(event: DragEvent) {
				if (!hasFiles(event.dataTransfer)) return;
				event.preventDefault();
				setOver(false);
				onDrop(broughtBy(event.dataTransfer));
			},
		},
	};
}
