/** What rooms and people are called on the page, and whom a room reaches. */

import type { Chat, Person, RoomView } from "../chat/chat";
import { list, text } from "../text";
import type { Uid } from "../wire/words";

export function roomName(room: Pick<RoomView, "kind" | "title">): string {
	const words = text.value.conversation;
	if (room.kind === "lobby") return words.everyone;
	if (room.kind === "group") return words.andYou(room.title);
	return room.title || words.unnamed;
}

/** Whom words reach there, in one sentence. */
export function roomReach(room: RoomView, chat: Chat): string {
	const { reach } = text.value.conversation;
	const names = room.others.map((uid) => chat.person(uid).nickname);
	switch (room.kind) {
		case "lobby":
			return chat.link.value.is === "joined" ? reach.everyone(chat.people.value.filter(isHere).length) : reach.all;
		case "direct":
			return reach.one(names[0] ?? room.title);
		case "group":
			return reach.group(list([...names, reach.you]));
		case "named":
			return room.room.PRIVATE ? reach.privateRoom : reach.room;
	}
}

/** “Mary is typing…”; empty when nobody is. */
export function typingWords(uids: readonly Uid[], chat: Chat): string {
	if (uids.length === 0) return "";
	const { typing } = text.value.conversation;
	if (uids.length > 3) return typing.many(uids.length);
	return typing.some(list(uids.map((uid) => chat.person(uid).nickname)), uids.length);
}

export const isHere = ({ presence }: Person): boolean => presence !== "gone";
