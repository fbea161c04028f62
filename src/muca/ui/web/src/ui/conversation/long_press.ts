/** A finger that rests on something: the context menu of touch, which not every browser brings by itself. */

import { useEffect, useRef } from "preact/hooks";

const LONG_MS = 450;
const STILL_PX = 10;

export function useLongPress(onLongPress: (x: number, y: number) => void) {
	const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
	const end = () => {
		clearTimeout(press.current?.timer);
		press.current = null;
	};
	useEffect(() => () => clearTimeout(press.current?.timer), []);
	return {
		onPointerDown: (event: PointerEvent) => {
			if (event.pointerType !== "touch" || (event.target as Element).closest("a, button, video, audio, pre")) return;
			const { clientX: x, clientY: y } = event;
			end();
			const timer = setTimeout(() => {
				end();
				onLongPress(x, y);
			}, LONG_MS);
			press.current = { timer, x, y };
		},
		onPointerMove: ({ clientX, clientY }: PointerEvent) => {
			if (press.current && Math.hypot(clientX - press.current.x, clientY - press.current.y) > STILL_PX) end();
		},
		onPointerUp: end,
		onPointerCancel: end,
	};
}
