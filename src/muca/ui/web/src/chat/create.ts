/** Creates the chat from its parts. */

import { computed, type ReadonlySignal } from "@preact/signals";
import type { Uid } from "../wire/words";
import type { Chat, Me, Person, RoomView } from "./chat";
import { exportOwn } from "./export";
import { Host } from "./host";
import { refusal } from "./refusal";
import type { Session } from "./session";
import { Sessions } from "./sessions";
import { browser, type World } from "./world";

const NOBODY: Me | null = null;
const NO_ROOMS: readonly RoomView[] = [];
const NO_PEOPLE: readonly Person[] = [];

export function createChat(world: World = browser): Chat {
	const host = new Host(world.http);
	const sessions = new Sessions(world, host);
	const { current, line, heardBy, missedBy } = sessions;
	const ofSession = <T>(take: (now: Session) => ReadonlySignal<T>, otherwise: T): ReadonlySignal<T> =>
		computed(() => (current.value ? take(current.value).value : otherwise));
	const rooms = ofSession((now) => now.roomViews, NO_ROOMS);
	const people = ofSession((now) => now.peopleList, NO_PEOPLE);

	/** The session, for methods that need an account. */
	function here(): Session {
		const session = current.peek();
		if (!session) throw refusal("offline");
		return session;
	}

	return {
		link: sessions.link,
		server: host.server,
		limits: sessions.limits,
		asOf: ofSession((now) => now.asOf, null),
		me: ofSession((now) => now.account, NOBODY),
		accounts: host.known,
		outdated: host.isOutdated,
		notice: ofSession((now) => now.notice, null),
		rooms,
		people,
		mentions: computed(() => rooms.value.reduce((sum, room) => sum + room.mentions, 0)),
		unread: computed(() => rooms.value.reduce((sum, room) => sum + room.unread, 0)),
		greet: () => host.greet(),
		join: (credentials) => sessions.join(credentials),
		comeBack: (uid) => sessions.comeBack(uid),
		leave: async () => line.leave(),
		forget: (uid) => sessions.forget(uid),
		retryNow: () => line.retryNow(),
		rename: (nickname) => sessions.rename(nickname),
		setAway: (away) => current.peek()?.setAway(away),
		room: (id) => {
			rooms.value; // subscribes the caller to changes
			return current.value?.known(id) ?? null;
		},
		person: (uid) => {
			people.value; // subscribes the caller to changes
			return current.value?.people.get(uid) ?? nobody(uid);
		},
		hasNamesake: (uid) => {
			people.value; // subscribes the caller to changes
			return current.value?.people.hasNamesake(uid) ?? false;
		},
		complete: (prefix, room) => current.peek()?.membership.complete(prefix, room) ?? [],
		readMembers: (room) => current.peek()?.membership.load(room),
		ask: async (command, fields) => here().ask(command, fields),
		open: (room) => here().conversations.open(room),
		to: (uids) => here().conversations.to(uids),
		upload: (file) => here().uploads.of(file),
		progress: (file) => current.value?.uploads.progress(file) ?? null,
		fileUrl: (file) => world.http.fileUrl(file),
		thumbnailUrl: (file) => world.http.thumbnailUrl(file),
		exportOwn: async (options) => {
			const { me, limits } = here();
			const ask: Chat["ask"] = (command, fields) => here().ask(command, fields);
			return exportOwn(ask, me, host.server.peek(), limits.HITS_MAX, options);
		},
		onMessage(heard) {
			heardBy.add(heard);
			return () => heardBy.delete(heard);
		},
		onMissed(heard) {
			missedBy.add(heard);
			return () => missedBy.delete(heard);
		},
	};
}

const nobody = (uid: Uid): Person => ({
	uid,
	nickname: uid,
	presence: "gone",
	role: "member",
	ignored: false,
	seenMs: null,
	bannedUntil: 0,
});
