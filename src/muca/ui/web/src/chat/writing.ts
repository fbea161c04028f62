/** What the user writes in a room: new messages, and changes, which are shown before the server has confirmed them. */

import type { ReadonlySignal } from "@preact/signals";
import { text } from "../text";
import { random } from "../wire/random";
import type { Answers, Command, MentionPlace, RoomId, Seq, Uid } from "../wire/words";
import type { Change } from "./changes";
import { type Edit, Refusal, type Sent } from "./chat";
import type { Drafts } from "./drafts";
import type { Outbox } from "./outbox";
import type { Kept } from "./shelf";
import { Wishes } from "./wishes";

/** The requests, and the events that carry them out. */
const EVENTS = {
	EDIT: "edit",
	DELETE: "delete",
	REACT: "react",
	UNREACT: "unreact",
	PIN: "pin",
	UNPIN: "unpin",
} as const;

export interface WritingOutside {
	readonly me: Uid;
	readonly drafts: Pick<Drafts, "ask">;
	readonly outbox: Pick<Outbox, "add">;
	/** Rejects with a `Refusal`. `lasting`: it waits for a connection. */
	ask<C extends Command>(command: C, fields?: object, options?: { lasting?: boolean }): Promise<Answers[C]>;
}

export class Writing {
	readonly wishes = new Wishes();

	/** `changed`: the messages must be shown again. */
	constructor(
		private readonly outside: WritingOutside,
		private readonly room: ReadonlySignal<RoomId>,
		private readonly changed: () => void,
	) {}

	send(to: Kept["to"], text: string, { replyTo = null, files = [], mentions = null }: Sent = {}): void {
		const message = { id: random(26), to, text, replyTo, files, ...(mentions && { mentions }) };
		this.outside.outbox.add({ ...message, ts: Date.now(), failed: null });
	}

	async edit(edit: Edit, mentions: MentionPlace[] | null): Promise<void> {
		const { seq, text: MSG } = edit;
		const shown = { MSG, ...(mentions && { MENTION_PLACES: mentions }) };
		const fields = { MSG, ...(mentions && { MENTIONS: mentions }) };
		const answered = this.outside.drafts.ask(this.room.peek(), edit);
		await this.change("EDIT", seq, shown, fields).finally(answered);
	}

	/** Show a change, and request it. */
	async change(
		command: keyof typeof EVENTS,
		OF: Seq,
		shown: Pick<Change, "MSG" | "MENTION_PLACES" | "EMOJI"> = {},
		fields: object = shown,
	): Promise<void> {
		const ROOM = this.room.peek();
		const event = { CMD: "EVENT", KIND: EVENTS[command], ROOM, SEQ: 0, TS: Date.now(), OF } as const;
		const wish = this.wishes.add({ ...event, FROM: this.outside.me, UN: "", ...shown });
		this.changed();
		try {
			const { SEQ } = await this.outside.ask(command, { ROOM, SEQ: OF, ...fields }, { lasting: true });
			this.wishes.granted(wish, SEQ ?? null);
		} catch (error) {
			this.wishes.refuse(wish, error instanceof Refusal ? error.message : text.peek().chat.unreachable);
			throw error;
		} finally {
			this.changed();
		}
	}
}
