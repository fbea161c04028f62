/** The chat as one object, made of its parts. */

import { signal } from "@preact/signals";
import { http } from "../wire/http";
import { USUAL_LIMITS } from "../wire/limits";
import type { ServerInfo } from "../wire/words";
import type { Chat, Conversation, KnownAccount, LinkState, Me, Person, RoomView } from "./chat";
import { Refusal } from "./chat";

const soon = (): never => {
	throw new Refusal("unreachable", "Not built yet.");
};

export function createChat(): Chat {
	const conversation = (): Conversation => soon();
	return {
		link: signal<LinkState>({ is: "out", ended: null }),
		server: signal<ServerInfo | null>(null),
		limits: signal(USUAL_LIMITS),
		me: signal<Me | null>(null),
		accounts: signal<KnownAccount[]>([]),
		outdated: signal(false),
		rooms: signal<RoomView[]>([]),
		people: signal<Person[]>([]),
		mentions: signal(0),
		unread: signal(0),
		person: (uid) => ({ uid, nickname: uid, presence: "gone", ignored: false, seenMs: null }),
		complete: () => [],
		greet: async () => {},
		join: async () => soon(),
		leave: async () => {},
		forget: () => {},
		retryNow: () => {},
		rename: async () => soon(),
		setAway: () => {},
		ask: async () => soon(),
		open: conversation,
		to: conversation,
		upload: () => soon(),
		fileUrl: http.fileUrl,
		thumbnailUrl: http.thumbnailUrl,
		onMessage: () => () => {},
	};
}
