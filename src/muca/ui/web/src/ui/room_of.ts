/** The room of a conversation for display. People without a common room are shown as their future room. */

import type { Chat, Conversation, RoomView } from "../chat/chat";

export function roomOf(conversation: Conversation, chat: Chat): RoomView | null {
	const { people } = conversation;
	if (conversation.room.value !== null || people === null) return conversation.room.value;
	const id = conversation.id.value;
	const isDirect = people.length === 1;
	return {
		id,
		room: { ROOM: id, KIND: isDirect ? "direct" : "group" },
		kind: isDirect ? "direct" : "group",
		reach: isDirect ? "PRIVATE" : "GROUP",
		title: people.map((uid) => chat.person(uid).nickname).join(", "),
		others: [...people],
		role: "member",
		unread: 0,
		mentions: 0,
		typing: [],
		mutedUntil: chat.rooms.value.find(({ kind }) => kind === "lobby")?.mutedUntil ?? 0,
		draft: null,
	};
}
