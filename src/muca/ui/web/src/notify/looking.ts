/** Detects whether the user is looking at the page, in any window of this browser. */

import type { Uid } from "../wire/words";

/** Time to wait for answers. A window in front answers in a few milliseconds; background timers may be delayed by a second. */
const PATIENCE_MS = 150;

interface Said {
	/** The page's path, because a host may serve several pages, and the account. */
	about: string;
	/** Absent in a question. */
	looking?: true;
}

const isLookedAt = (): boolean => document.hasFocus() && !document.hidden;

export interface Looking {
	/** Whether the user is looking at a page of this account. */
	asks(uid: Uid): Promise<boolean>;
	stop(): void;
}

/** `who`: the account that has joined here. */
export function startLooking(who: () => Uid | undefined): Looking {
	const channel = new BroadcastChannel("muca.looking");
	const about = (uid: Uid | undefined) => `${location.pathname} ${uid}`;
	const answers = new Set<(about: string) => void>();
	channel.onmessage = ({ data }: MessageEvent<Said>) => {
		if (data.looking) for (const heard of answers) heard(data.about);
		else if (data.about === about(who()) && isLookedAt()) channel.postMessage({ ...data, looking: true });
	};
	return {
		asks: (uid) =>
			new Promise((resolve) => {
				if (isLookedAt()) return resolve(true);
				const told = (looking: boolean) => {
					answers.delete(heard);
					resolve(looking);
				};
				const heard = (which: string) => which === about(uid) && told(true);
				answers.add(heard);
				setTimeout(told, PATIENCE_MS, false);
				channel.postMessage({ about: about(uid) } satisfies Said);
			}),
		stop: () => channel.close(),
	};
}
