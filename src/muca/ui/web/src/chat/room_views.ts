/** Rooms for the screens, with names and typing people, sorted. Unchanged rooms stay the same object. */

import type { Room, RoomId, Uid } from "../wire/words";
import type { RoomView } from "./chat";
import type { Drafts } from "./drafts";
import type { Mutes } from "./mutes";
import type { People } from "./people";
import { type OwnRoom, type Rooms, reachOf, roleIn } from "./rooms";
import type { Typing } from "./typing";

export class RoomViews {
	private views = new Map<RoomId, RoomView>();
	private known: readonly RoomView[] = [];

	constructor(
		private readonly me: Uid,
		private readonly rooms: Rooms,
		private readonly people: People,
		private readonly typing: Typing,
		private readonly drafts: Drafts,
		private readonly mutes: Mutes,
	) {}

	/** The user's rooms: the lobby first, then the most recently active. */
	list(now: number): readonly RoomView[] {
		const own = [...this.rooms.own].sort((one, other) => rank(other) - rank(one));
		const views = own.map(({ room }) => this.make(room, now, this.views.get(room.ROOM) ?? null));
		this.views = new Map(views.map((view) => [view.id, view]));
		if (views.length !== this.known.length || views.some((view, index) => view !== this.known[index]))
			this.known = views;
		return this.known;
	}

	/** One of the user's rooms, as last listed, or another room; `before`: its previous view. */
	get(id: RoomId, now: number, before: RoomView | null = null): RoomView | null {
		const room = this.rooms.find(id);
		return this.views.get(id) ?? (room && this.make(room, now, before));
	}

	/** In a group, people with the same name are shown with their user ids. For a direct room, the screens do this. */
	private nameIn({ KIND }: Room, uid: Uid): string {
		const { nickname } = this.people.get(uid);
		return KIND === "group" && this.people.hasNamesake(uid) ? `${nickname} (${uid})` : nickname;
	}

	private make(room: Room, now: number, before: RoomView | null): RoomView {
		const others = (room.MEMBERS ?? []).map(({ UID }) => UID).filter((uid) => uid !== this.me);
		const { UNREAD = 0, MENTIONS = 0 } = room;
		const { edit, text } = this.drafts.get(room.ROOM);
		const view: RoomView = {
			room,
			id: room.ROOM,
			kind: room.KIND,
			reach: reachOf(room.KIND),
			title: room.MEMBERS ? others.map((uid) => this.nameIn(room, uid)).join(", ") : (room.TITLE ?? ""),
			others,
			role: roleIn(room),
			unread: UNREAD,
			mentions: room.KIND === "direct" ? UNREAD : MENTIONS,
			typing: this.typing.in(room.ROOM, now).filter((uid) => !this.people.ignores.has(uid)),
			mutedUntil: this.mutes.until(room.ROOM),
			draft: this.drafts.has(room.ROOM) ? (edit?.text ?? text) : null,
		};
		return before && isSame(before, view) ? before : view;
	}
}

const rank = ({ room, order }: OwnRoom): number => (room.KIND === "lobby" ? Number.POSITIVE_INFINITY : order);

function isSame(one: RoomView, other: RoomView): boolean {
	const keys = Object.keys(one) as (keyof RoomView)[];
	return keys.every((key) => one[key] === other[key] || isSameList(one[key], other[key]));
}

const isSameList = (one: unknown, other: unknown): boolean =>
	Array.isArray(one) &&
	Array.isArray(other) &&
	one.length === other.length &&
	one.every((each, at) => each === other[at]);
