/** Messages for the screens, from the protocol and from the outbox. */

import type { FileInfo, MentionPlace, Message, Reach, RoomId, Uid } from "../wire/words";
import { type Delivery, isStored, isUpload, type MessageView } from "./chat";
import type { People } from "./people";
import type { Kept } from "./shelf";

const STORED: Delivery = { is: "stored" };
const NO_FILES: FileInfo[] = [];
const NO_UPLOADS: readonly File[] = [];
const NOWHERE: MentionPlace[] = [];

/** Views of one room's messages. An unchanged message keeps the same view. */
export class Views {
	private readonly known = new WeakMap<Message, MessageView>();

	constructor(
		private readonly me: Uid,
		private readonly people: Pick<People, "get">,
	) {}

	of(message: Message, change: Delivery | null): MessageView {
		const { uid, nickname: known, ignored } = this.people.get(message.FROM);
		const nickname = known === uid ? message.UN : known; // an unknown UID is its own name
		const before = this.known.get(message);
		const isSame =
			before?.nickname === nickname &&
			before.ignored === ignored &&
			JSON.stringify(before.change) === JSON.stringify(change);
		if (isSame) return before;
		const view = { ...this.stored(message), nickname, ignored, change };
		this.known.set(message, view);
		return view;
	}

	private stored(message: Message): Omit<MessageView, "nickname" | "ignored" | "change"> {
		const { MENTIONS = [], MENTIONS_ROOM = false, MENTION_PLACES = NOWHERE } = message;
		return {
			key: message.ID ?? `message ${message.SEQ}`, // with an ID, the key is the same as before it was stored
			room: message.ROOM,
			seq: message.SEQ,
			ts: message.TS,
			reach: message.TYPE,
			from: message.FROM,
			text: message.MSG,
			replyTo: message.REPLY_TO ?? null,
			mentionsMe: message.FROM !== this.me && (MENTIONS_ROOM || MENTIONS.includes(this.me)),
			mentions: MENTION_PLACES,
			edited: message.EDITED !== undefined,
			deleted: message.DELETED ?? false,
			pinned: message.PINNED ?? false,
			reactions: message.REACTIONS ?? [],
			files: message.FILES ?? NO_FILES,
			waiting: NO_UPLOADS,
			own: message.FROM === this.me,
			delivery: STORED,
		};
	}
}

/** The view of a message that is not in the log yet. */
export function keptView(
	kept: Kept,
	room: RoomId,
	reach: Reach,
	me: Uid,
	nickname: string,
	delivery: Delivery,
): MessageView {
	return {
		key: kept.id,
		room,
		seq: null,
		ts: kept.ts,
		reach,
		from: me,
		nickname,
		text: kept.text,
		replyTo: kept.replyTo,
		mentionsMe: false,
		mentions: NOWHERE,
		edited: false,
		deleted: false,
		pinned: false,
		reactions: [],
		files: kept.files.filter(isStored),
		waiting: kept.files.filter(isUpload),
		own: true,
		ignored: false,
		delivery,
		change: null,
	};
}
