/** What is written and not sent, for each room, in localStorage: it survives a reload. Tabs share it, and write only what was written in them. */

import type { RoomId, Uid } from "../wire/words";
import type { Draft } from "./chat";
import { keep, kept, keysFrom } from "./keeping";

export const EMPTY_DRAFT: Draft = { text: "", replyTo: null, editing: null, names: {} };

const PAUSE_MS = 300;

export const isEmpty = (draft: Draft): boolean =>
	!draft.text.trim() && draft.replyTo === null && draft.editing === null;

const prefixOf = (server: string, uid: Uid): string => `muca draft ${server} ${uid} `;

export class Drafts {
	private readonly prefix: string;
	private readonly drafts = new Map<RoomId, Draft>();
	private readonly unsaved = new Set<RoomId>();
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(server: string, uid: Uid) {
		this.prefix = prefixOf(server, uid);
		for (const key of keysFrom(this.prefix))
			this.drafts.set(key.slice(this.prefix.length), { ...EMPTY_DRAFT, ...kept<Partial<Draft>>(key, {}) });
		addEventListener("pagehide", () => this.save());
	}

	get(room: RoomId): Draft {
		return this.drafts.get(room) ?? EMPTY_DRAFT;
	}

	has(room: RoomId): boolean {
		return this.drafts.has(room);
	}

	/** Kept soon; gives whether the room has a draft where it had none, or the other way round. */
	set(room: RoomId, draft: Draft): boolean {
		const had = this.drafts.has(room);
		if (isEmpty(draft)) this.drafts.delete(room);
		else this.drafts.set(room, draft);
		this.unsaved.add(room);
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.save(), PAUSE_MS);
		return had !== this.drafts.has(room);
	}

	/** Keep what is written alone: the messages that they answer or edit may be gone. */
	forgetPlaces(): void {
		for (const [room, draft] of this.drafts) this.set(room, { ...draft, replyTo: null, editing: null });
	}

	private save(): void {
		for (const room of this.unsaved) keep(this.prefix + room, this.drafts.get(room) ?? null);
		this.unsaved.clear();
	}
}

export function forgetDrafts(server: string, uid: Uid): void {
	for (const key of keysFrom(prefixOf(server, uid))) keep(key, null);
}
