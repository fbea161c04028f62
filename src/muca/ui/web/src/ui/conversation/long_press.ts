/** A long press opens the context menu on touch devices, which not every browser does by itself. */

import { useEffect, useRef } from "preact/hooks";

const LONG_MS = 450;
const STILL_PX = 10;
/** Elements with their own behaviour for a long press, or that a long press has opened. */
const OTHERS = "a, video, audio, pre, [popover]";

export function useLongPress(onLongPress: (x: number, y: number) => void) {
	const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
	const end = () => {
		clearTimeout(press.current?.timer);
		press.current = null;
	};
	/** After a long press, lifting the finger is not a click. */
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
