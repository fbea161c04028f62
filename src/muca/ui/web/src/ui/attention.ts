/** Whether the user is looking at the conversation: the page is in front, and nothing covers it. */

import { useEffect, useState } from "preact/hooks";
import { isCovered } from "./layers";

const isInFront = (): boolean => !document.hidden && document.hasFocus();

export function useAttention(): boolean {
	const [inFront, setInFront] = useState(isInFront);
	useEffect(() => {
		const look = () => setInFront(isInFront());
		const events = ["focus", "blur", "visibilitychange"];
		for (const event of events) addEventListener(event, look, true);
		return () => {
			for (const event of events) removeEventListener(event, look, true);
		};
	}, []);
	return inFront && !isCovered.value;
}
