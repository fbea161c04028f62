/** Requests of a screen: loaded data, and actions in progress. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "../../chat/chat";
import { useCountdown } from "./countdown";

export interface Answer<T> {
	value: T | null;
	/** Why it could not be loaded, for the user. */
	trouble: string | null;
	again: () => void;
	/** Update the shown data without loading it again. */
	set: (change: (value: T) => T) => void;
}

/** Loads when the screen opens, and when one of `about` changes; of overlapping answers only the last counts. */
export function useAnswer<T>(read: () => Promise<T>, about: readonly unknown[]): Answer<T> {
	const [state, setState] = useState<{ value: T | null; trouble: string | null }>({ value: null, trouble: null });
	const [turn, setTurn] = useState(0);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the caller names what `read` depends on
	useEffect(() => {
		let wanted = true;
		read().then(
			(value) => wanted && setState({ value, trouble: null }),
			(error: unknown) => wanted && setState({ value: null, trouble: sentence(error) }),
		);
		return () => {
			wanted = false;
		};
	}, [...about, turn]);
	return {
		...state,
		again: useCallback(() => setTurn((now) => now + 1), []),
		set: useCallback(
			(change) => setState((now) => (now.value === null ? now : { ...now, value: change(now.value) })),
			[],
		),
	};
}

export interface Deed {
	/** Run an action, unless one is in progress; resolves to whether it succeeded. */
	run: (work: () => Promise<unknown>) => Promise<boolean>;
	busy: boolean;
	trouble: Refusal | null;
	/** Seconds until a retry is allowed; then the error is cleared. */
	wait: number | null;
	forget: () => void;
}

export function useDeed(): Deed {
	const [busy, setBusy] = useState(false);
	const [trouble, setTrouble] = useState<Refusal | null>(null);
	const running = useRef(false);
	const run = useCallback(async (work: () => Promise<unknown>) => {
		if (running.current) return false;
		running.current = true;
		setBusy(true);
		setTrouble(null);
		try {
			await work();
			return true;
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			setTrouble(error);
			return false;
		} finally {
			running.current = false;
			setBusy(false);
		}
	}, []);
	const forget = useCallback(() => setTrouble(null), []);
	return { run, busy, trouble, wait: useCountdown(trouble?.retrySeconds ?? null, forget), forget };
}

/** The text of a refusal for the user; other errors are rethrown. */
function sentence(error: unknown): string {
	if (error instanceof Refusal) return error.message;
	throw error;
}
