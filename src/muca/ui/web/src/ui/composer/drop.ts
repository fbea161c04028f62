/** Files dragged from elsewhere over an element. */

import { useState } from "preact/hooks";

export function useDrop(onFiles: (files: readonly File[]) => void) {
	const [over, setOver] = useState(false);
	const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
	return {
		over,
		handlers: {
			onDragOver(event: DragEvent) {
				if (!hasFiles(event)) return;
				event.preventDefault();
				setOver(true);
			},
			onDragLeave(event: DragEvent & { currentTarget: HTMLElement }) {
				if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
			},
			onDrop(event: DragEvent) {
				if (!hasFiles(event)) return;
				event.preventDefault();
				setOver(false);
				onFiles(Array.from(event.dataTransfer?.files ?? []));
			},
		},
	};
}
