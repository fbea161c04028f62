/** What is written and not sent, for each room, in localStorage: it survives a reload. */

import type { RoomId, Uid } from "../wire/words";
import type { Draft } from "./chat";
import { keep, kept } from "./keeping";

export const EMPTY_DRAFT: Draft = { text: "", replyTo: null, editing: null };

const PAUSE_MS = 300;

export const isEmpty = (draft: Draft): boolean =>
	!draft.text.trim() && draft.replyTo === null && draft.editing === null;

export class Drafts {
	private readonly key: string;
	private readonly drafts: Map<RoomId, Draft>;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(server: string, uid: Uid) {
		this.key = `muca drafts ${server} ${uid}`;
		this.drafts = new Map(Object.entries(kept<Record<RoomId, Draft>>(this.key, {})));
		addEventListener("pagehide", () => this.save());
	}

	get(room: RoomId): Draft {
		return this.drafts.get(room) ?? EMPTY_DRAFT;
	}

	/** Kept soon; gives whether the room has a draft where it had none, or the other way round. */
	set(room: RoomId, draft: Draft): boolean {
		const had = this.drafts.has(room);
		if (isEmpty(draft)) this.drafts.delete(room);
		else this.drafts.set(room, draft);
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.save(), PAUSE_MS);
		return had !== this.drafts.has(room);
	}

	has(room: RoomId): boolean {
		return this.drafts.has(room);
	}

	private save(): void {
		clearTimeout(this.timer);
		keep(this.key, this.drafts.size ? Object.fromEntries(this.drafts) : null);
	}
}
