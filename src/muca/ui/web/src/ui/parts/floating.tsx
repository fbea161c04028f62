/** A popover beside the element that has opened it, in the browser's top layer. Closes with Esc or a click elsewhere. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "./button";

/** Where it belongs: beside an element, or at a point. */
export type Anchor = HTMLElement | { x: number; y: number };

interface FloatingProps {
	anchor: Anchor;
	/** The preferred side; the other one is used if there is no space. */
	side?: "above" | "below";
	/** Which edges are aligned. */
	align?: "start" | "end";
	onClose: () => void;
	class?: string;
	children: ComponentChildren;
}

const GAP = 6;
const MARGIN = 8;

export function Floating({ anchor, side = "below", align = "start", onClose, class: more, children }: FloatingProps) {
	const box = useRef<HTMLDivElement>(null);
	/** As of the last rendering: a new function must not close and reopen the popover, which would move the focus. */
	const close = useRef(onClose);
	close.current = onClose;

	useLayoutEffect(() => {
		const element = box.current;
		if (!element) return;
		const before = document.activeElement;
		element.showPopover();
		const placing = new ResizeObserver(() => place(element, anchor, side, align));
		placing.observe(element);
		place(element, anchor, side, align);
		const away = (event: Event) => {
			const target = event.target as Node;
			if (element.contains(target) || (anchor instanceof HTMLElement && anchor.contains(target))) return;
			close.current();
		};
		document.addEventListener("pointerdown", away, true);
		return () => {
			placing.disconnect();
			document.removeEventListener("pointerdown", away, true);
			const hadFocus = element.contains(document.activeElement);
			if (hadFocus && before instanceof HTMLElement && before.isConnected) before.focus();
		};
	}, [anchor, side, align]);

	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: keys come from what is in it
		<div
			ref={box}
			popover="manual"
			class={words("floating", more)}
			onKeyDown={(event) => {
				if (event.key !== "Escape") return;
				event.preventDefault();
				event.stopPropagation();
				onClose();
			}}
		>
			{children}
		</div>
	);
}

function place(element: HTMLElement, anchor: Anchor, side: "above" | "below", align: "start" | "end"): void {
	const at = anchor instanceof HTMLElement ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0);
	const { width, height } = element.getBoundingClientRect();
	const above = at.top - GAP - height;
	const below = at.bottom + GAP;
	const fitsAbove = above >= MARGIN;
	const fitsBelow = below + height <= innerHeight - MARGIN;
	const top = side === "above" ? (fitsAbove || !fitsBelow ? above : below) : fitsBelow || !fitsAbove ? below : above;
	const rightToLeft = getComputedStyle(element).direction === "rtl";
	const left = (align === "start") !== rightToLeft ? at.left : at.right - width;
	element.style.top = `${clamp(top, innerHeight - height)}px`;
	element.style.left = `${clamp(left, innerWidth - width)}px`;
}

const clamp = (value: number, end: number): number => Math.max(MARGIN, Math.min(value, end - MARGIN));
