/** Exports everything that the user has written, as a JSON file. */

import type { Hits, ServerInfo, Uid } from "../wire/words";
import type { Chat } from "./chat";

type Options = NonNullable<Parameters<Chat["exportOwn"]>[0]>;

/**
 * The user's messages in all rooms, the newest first. Built page by page as text, to save memory.
 * Rejects with a `Refusal`, or with the signal's reason.
 */
export async function exportOwn(
	ask: Chat["ask"],
	uid: Uid,
	server: ServerInfo | null,
	limit: number,
	{ progress, signal }: Options = {},
): Promise<Blob> {
	const head = { SERVER: server, UID: uid, EXPORTED: Date.now() };
	const parts = [`${JSON.stringify(head).slice(0, -1)},"MESSAGES":[`];
	let count = 0;
	for await (const hits of pages(ask, `from:${quoted(uid)}`, limit)) {
		signal?.throwIfAborted();
		for (const { MESSAGE } of hits.HITS) parts.push(count++ ? ",\n" : "\n", JSON.stringify(MESSAGE));
		progress?.(count);
	}
	parts.push("\n]}\n");
	return new Blob(parts, { type: "application/json" });
}

async function* pages(ask: Chat["ask"], QUERY: string, LIMIT: number): AsyncGenerator<Hits> {
	let before = {};
	for (;;) {
		const hits = await ask("SEARCH", { QUERY, LIMIT, ...before });
		yield hits;
		if (hits.NEXT === undefined) return;
		before = { BEFORE: hits.NEXT };
	}
}

const quoted = (uid: Uid): string => `"${uid.replaceAll(/["\\]/g, "\\$&")}"`;
