/** The draft of each room, in localStorage, so that it survives a reload. Tabs share it, and write only their own changes. */

import { keep, kept, keysFrom } from "../keeping";
import type { RoomId, Uid } from "../wire/words";
import type { Draft, Edit, Writing } from "./chat";

export const EMPTY_DRAFT: Draft = { text: "", names: {}, replyTo: null, edit: null };

export const isEmpty = (draft: Draft): boolean => !draft.text.trim() && draft.replyTo === null && draft.edit === null;

/** The draft with this in the message box. */
export const rewritten = (draft: Draft, now: Partial<Writing>): Draft =>
	draft.edit ? { ...draft, edit: { ...draft.edit, ...now } } : { ...draft, ...now };

/** The draft with a returned text before the current one. */
export function withBack(
	draft: Draft,
	{ text, names, replyTo = null }: Writing & { replyTo?: Draft["replyTo"] },
): Draft {
	return {
		...draft,
		text: [text, draft.text].filter((each) => each.trim()).join("\n"),
		names: { ...names, ...draft.names },
		replyTo: draft.replyTo ?? replyTo,
	};
}

/** Only the text, because the messages that it answers or edits may be gone. */
export const withoutPlaces = (draft: Draft): Draft => ({
	...(draft.edit ? withBack(draft, draft.edit) : draft),
	replyTo: null,
	edit: null,
});

const prefixOf = (server: string, uid: Uid): string => `muca draft ${server} ${uid} `;

export class Drafts {
	private readonly prefix: string;
	private readonly drafts = new Map<RoomId, Draft>();
	/** Unanswered edits; a reloaded page opens them again. */
	private readonly asked = new Map<RoomId, Edit>();

	constructor(server: string, uid: Uid) {
		this.prefix = prefixOf(server, uid);
		for (const key of keysFrom(this.prefix))
			this.drafts.set(key.slice(this.prefix.length), { ...EMPTY_DRAFT, ...kept<Partial<Draft>>(key, {}) });
	}

	get(room: RoomId): Draft {
		return this.drafts.get(room) ?? EMPTY_DRAFT;
	}

	has(room: RoomId): boolean {
		return this.drafts.has(room);
	}

	/** Stored immediately, because crashes give no warning. Returns whether the room has got or lost its draft. */
	set(room: RoomId, draft: Draft): boolean {
		if (draft === this.get(room) || (isEmpty(draft) && isEmpty(this.get(room)))) return false;
		const had = this.drafts.has(room);
		if (isEmpty(draft)) this.drafts.delete(room);
		else this.drafts.set(room, draft);
		this.save(room);
		return had !== this.drafts.has(room);
	}

	/** Note that this edit was sent. Returns a function to call when the server has answered. */
	ask(room: RoomId, edit: Edit): () => void {
		this.asked.set(room, edit);
		this.save(room);
		return () => {
			if (this.asked.get(room) !== edit) return;
			this.asked.delete(room);
			this.save(room);
		};
	}

	forgetPlaces(): void {
		for (const [room, draft] of this.drafts) this.set(room, withoutPlaces(draft));
	}

	private save(room: RoomId): void {
		const draft = this.get(room);
		const whole = { ...draft, edit: draft.edit ?? this.asked.get(room) ?? null };
		keep(this.prefix + room, isEmpty(whole) ? null : whole);
	}
}

export function forgetDrafts(server: string, uid: Uid): void {
	for (const key of keysFrom(prefixOf(server, uid))) keep(key, null);
}
