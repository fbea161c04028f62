/** A finger that rests on something: the context menu of touch, which not every browser brings by itself. */

import { useEffect, useRef } from "preact/hooks";

const LONG_MS = 450;
const STILL_PX = 10;
/** They do something of their own when a finger rests on them, or are what a long press opens. */
const OTHERS = "a, video, audio, pre, [popover]";

export function useLongPress(onLongPress: (x: number, y: number) => void) {
	const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
	const end = () => {
		clearTimeout(press.current?.timer);
		press.current = null;
	};
	/** It was long: what the finger lies on is not pressed when it is lifted. */
	const wasLong = useRef(false);
	useEffect(() => () => clearTimeout(press.current?.timer), []);
	return {
		onPointerDown: (event: PointerEvent) => {
			wasLong.current = false;
			if (event.pointerType !== "touch" || (event.target as Element).closest(OTHERS)) return;
			const { clientX: x, clientY: y } = event;
			end();
			const timer = setTimeout(() => {
				end();
				wasLong.current = true;
				onLongPress(x, y);
			}, LONG_MS);
			press.current = { timer, x, y };
		},
		onPointerMove: ({ clientX, clientY }: PointerEvent) => {
			if (press.current && Math.hypot(clientX - press.current.x, clientY - press.current.y) > STILL_PX) end();
		},
		onPointerUp: end,
		onPointerCancel: end,
		onClickCapture: (event: MouseEvent) => {
			if (!wasLong.current || event.detail === 0) return; // 0: by keys
			wasLong.current = false;
			event.preventDefault();
			event.stopPropagation();
		},
	};
}
