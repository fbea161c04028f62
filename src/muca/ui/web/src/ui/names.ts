/** The names of rooms and people on the page, and the recipients of a room. */

import type { Chat, Conversation, Person, RoomView } from "../chat/chat";
import { list, text } from "../text";
import type { Uid } from "../wire/words";

export function roomName(room: Pick<RoomView, "kind" | "title">): string {
	const words = text.value.conversation;
	if (room.kind === "lobby") return words.everyone;
	if (room.kind === "group") return words.andYou(room.title);
	return room.title || words.unnamed;
}

/** The user id of the other person in a direct room, if somebody else has the same name. */
export function namesakeIn(room: RoomView, chat: Chat): string | null {
	const [other] = room.others;
	return room.kind === "direct" && other !== undefined && chat.hasNamesake(other) ? other : null;
}

/** The name of a conversation, even while it is still unknown. */
export function conversationName({ people, trouble }: Conversation, room: RoomView | null): string {
	const words = text.value.conversation;
	if (room) return roomName(room);
	if (people !== null) return words.newConversation;
	return trouble.value === null ? words.loading : words.noSuchRoom;
}

/** Unicode blocks of right-to-left scripts, and characters that change the direction. */
const RIGHT_TO_LEFT =
	/[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name within a sentence, isolated so that it does not change the sentence's direction (UAX #9). */
export const isolated = (name: string): string => (RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name);

/** Who can read messages there, in one sentence. */
export function roomReach(room: RoomView, chat: Chat): string {
	const { reach } = text.value.conversation;
	const names = room.others.map((uid) => isolated(chat.person(uid).nickname));
	switch (room.kind) {
		case "lobby":
			return chat.link.value.is === "joined" ? reach.everyone(chat.people.value.filter(isHere).length) : reach.all;
		case "direct":
			return reach.one(names[0] ?? isolated(room.title));
		case "group":
			return reach.group(list([...names, reach.you]));
		case "named":
			return room.room.PRIVATE ? reach.privateRoom : reach.room;
	}
}

/** “Mary is typing…”; empty if nobody is. */
export function typingWords(uids: readonly Uid[], chat: Chat): string {
	if (uids.length === 0) return "";
	const { typing } = text.value.conversation;
	if (uids.length > 3) return typing.many(uids.length);
	return typing.some(list(uids.map((uid) => isolated(chat.person(uid).nickname))), uids.length);
}

export const isHere = ({ presence }: Person): boolean => presence !== "gone";
