/** Applies events to messages. */

import type { Event, LogEntry, Message, Reaction, Uid } from "../wire/words";

export type Change = Event & { OF: number };

const KINDS = new Set(["edit", "delete", "react", "unreact", "pin", "unpin"]);

/** Whether an entry changes another one, and has no row of its own. */
export const isChange = (entry: LogEntry): entry is Change =>
	entry.CMD === "EVENT" && KINDS.has(entry.KIND) && entry.OF !== undefined;

/** The message after the change. Changes are idempotent. */
export function changed(message: Message, change: Change): Message {
	if (message.DELETED) return message;
	switch (change.KIND) {
		case "edit":
			return edited(message, change);
		case "delete":
			return deleted(message);
		case "pin":
			return { ...message, PINNED: true };
		case "unpin":
			return { ...message, PINNED: false };
		default:
			return reacted(message, change);
	}
}

/** Whether the result is certain. If a reaction has more people than are listed, it is unknown who else is already counted. */
export const isSure = (message: Message, change: Change): boolean =>
	!reactionsOf(message, change).some(({ COUNT, UIDS }) => {
		const isThere = change.KIND === "react" && UIDS.includes(change.FROM);
		return COUNT > UIDS.length && !isThere;
	});

const reactionsOf = (message: Message, { KIND, EMOJI }: Change): Reaction[] =>
	KIND === "react" || KIND === "unreact"
		? (message.REACTIONS ?? []).filter((reaction) => reaction.EMOJI === EMOJI)
		: [];

/** The edit of a message that was deleted since has no text. */
function edited({ MENTIONS: _, MENTIONS_ROOM: __, MENTION_PLACES: ___, ...message }: Message, change: Change): Message {
	return {
		...message,
		MSG: change.MSG ?? "",
		EDITED: change.TS,
		...(change.MENTIONS && { MENTIONS: change.MENTIONS }),
		...(change.MENTIONS_ROOM && { MENTIONS_ROOM: true }),
		...(change.MENTION_PLACES && { MENTION_PLACES: change.MENTION_PLACES }),
	};
}

/** The ID stays, because it is the key of the row. */
function deleted({ CMD, ROOM, SEQ, TS, TYPE, FROM, UN, REPLY_TO, ID }: Message): Message {
	const kept = { ...(REPLY_TO && { REPLY_TO }), ...(ID && { ID }) };
	return { CMD, ROOM, SEQ, TS, TYPE, FROM, UN, MSG: "", DELETED: true, ...kept };
}

function reacted(message: Message, { KIND, EMOJI = "", FROM }: Change): Message {
	const before = message.REACTIONS ?? [];
	const isThere = before.some((reaction) => reaction.EMOJI === EMOJI);
	if (KIND === "react" && !isThere) return { ...message, REACTIONS: [...before, { EMOJI, COUNT: 1, UIDS: [FROM] }] };
	const change = KIND === "react" ? withPerson : withoutPerson;
	const after = before.map((reaction) => (reaction.EMOJI === EMOJI ? change(reaction, FROM) : reaction));
	return { ...message, REACTIONS: after.filter(({ COUNT }) => COUNT > 0) };
}

const withPerson = (reaction: Reaction, uid: Uid): Reaction =>
	reaction.UIDS.includes(uid) ? reaction : { ...reaction, COUNT: reaction.COUNT + 1, UIDS: [...reaction.UIDS, uid] };

function withoutPerson(reaction: Reaction, uid: Uid): Reaction {
	const isComplete = reaction.COUNT === reaction.UIDS.length;
	if (isComplete && !reaction.UIDS.includes(uid)) return reaction;
	return { ...reaction, COUNT: reaction.COUNT - 1, UIDS: reaction.UIDS.filter((each) => each !== uid) };
}
