/** A list with a single tab stop; arrow keys, Home and End move within it. */

import { useLayoutEffect, useRef } from "preact/hooks";

/** For the element around the list; `items` selects what can have focus in it. */
export function useRoving<Element extends HTMLElement>(items: string) {
	const ref = useRef<Element>(null);
	const last = useRef<HTMLElement | null>(null);

	const all = () => Array.from(ref.current?.querySelectorAll<HTMLElement>(items) ?? []);

	useLayoutEffect(() => {
		const now = all();
		const stop = now.find((item) => item === last.current) ?? now.find((item) => item.ariaCurrent) ?? now[0];
		for (const item of now) item.tabIndex = item === stop ? 0 : -1;
	});

	return {
		ref,
		onFocusIn: (event: FocusEvent) => {
			const item = (event.target as HTMLElement).closest<HTMLElement>(items);
			if (!item) return;
			last.current = item;
			for (const each of all()) each.tabIndex = each === item ? 0 : -1;
		},
		onKeyDown: (event: KeyboardEvent) => {
			const now = all();
			const at = now.indexOf(document.activeElement as HTMLElement);
			if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
			const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: now.length - 1 }[event.key];
			if (to === undefined) return;
			event.preventDefault();
			now[Math.max(0, Math.min(to, now.length - 1))]?.focus();
		},
	};
}
