/** The conversations of a session that are in use: one a room. */

import type { Room, RoomId, Stored, Uid } from "../wire/words";
import type { LogCopy } from "./cache";
import { type ConversationOutside, LiveConversation } from "./conversation";
import { peopleId, peopleOf } from "./people_id";
import type { Kept } from "./shelf";

/** Maximum number of conversations that were opened and are kept; the least recently opened one is let go first. */
const OPENED_MAX = 20;

const LOBBY = "lobby";

export class Conversations {
	private readonly byId = new Map<RoomId, LiveConversation>();
	/** The most recently opened last. */
	private opened: LiveConversation[] = [];
	/** To be shown again. */
	private readonly changed = new Set<LiveConversation>();
	/** The logs to begin with, until the server has answered. */
	private copies: ReadonlyMap<RoomId, LogCopy> = new Map();

	constructor(private readonly outside: ConversationOutside) {}

	get(id: RoomId): LiveConversation | undefined {
		return this.byId.get(id);
	}

	open(id: RoomId): LiveConversation {
		const people = peopleOf(id);
		if (people) return this.to(people);
		const conversation = this.remember(this.of(id));
		conversation.opened();
		return conversation;
	}

	/** The conversation of these people, which need not be a room yet; nobody: the lobby. */
	to(uids: readonly Uid[]): LiveConversation {
		const { me, rooms } = this.outside;
		const others = [...new Set(uids)].filter((uid) => uid !== me);
		const known = others.length === 0 ? LOBBY : rooms.among(others);
		return known === null ? this.remember(this.of(peopleId(others), others)) : this.open(known);
	}

	/** Load the newest page of a room, unless it is loaded or requested. */
	readAhead(id: RoomId): void {
		this.of(id).readAhead();
	}

	/** A room is known now. If it is the room of people whose conversation is in use, it moves there. */
	met({ ROOM, MEMBERS = [] }: Room): void {
		const others = MEMBERS.map(({ UID }) => UID).filter((uid) => uid !== this.outside.me);
		if (others.length) this.move(peopleId(others), ROOM);
	}

	/** The server has stored a message of the outbox; `shownIn`: where it was shown. */
	stored(kept: Kept, shownIn: RoomId, { ROOM, SEQ }: Stored): void {
		this.move(shownIn, ROOM);
		this.byId.get(ROOM)?.stored(kept, SEQ);
	}

	/** Show the stored logs, because the server is away. */
	restore(copies: ReadonlyMap<RoomId, LogCopy>): void {
		this.copies = copies;
	}

	/** A session is up. `restored`: the server may have been restored; `copied`: the logs are stored copies. */
	rejoined(how: { restored: boolean; copied: boolean }): void {
		this.copies = new Map();
		for (const conversation of this.byId.values()) conversation.rejoined(how);
		this.changeAll();
	}

	/** It is shown again by the next `show`. */
	change(conversation: LiveConversation): void {
		if (this.byId.get(conversation.id.peek()) === conversation) this.changed.add(conversation);
	}

	changeAll(): void {
		for (const conversation of this.byId.values()) this.changed.add(conversation);
	}

	/** Show what has changed. `all`: the people have, whose names are everywhere. */
	show(all: boolean): void {
		for (const conversation of this.byId.values()) if (all || conversation.isOutdated) this.changed.add(conversation);
		const changed = [...this.changed];
		this.changed.clear();
		for (const conversation of changed) conversation.showAbout();
		for (const conversation of changed) if (conversation.isWatched) conversation.showRows();
	}

	/** Let go of conversations that nobody looks at, and that were not opened recently, or whose room the user has left. */
	letGo(kept: ReadonlySet<RoomId>): void {
		const isIn = (id: RoomId) => peopleOf(id) !== null || this.outside.rooms.get(id) !== null;
		for (const [id, conversation] of this.byId) {
			const isInUse = conversation.isWatched || (this.opened.includes(conversation) && isIn(id));
			if (!isInUse && !kept.has(id)) this.drop(id, conversation);
		}
	}

	/** The session is over. */
	end(): void {
		for (const [id, conversation] of this.byId) this.drop(id, conversation);
	}

	private move(from: RoomId, to: RoomId): void {
		const conversation = this.byId.get(from);
		if (!conversation || peopleOf(from) === null) return;
		this.byId.delete(from);
		this.byId.get(to)?.end();
		this.byId.set(to, conversation);
		conversation.become(to);
	}

	private drop(id: RoomId, conversation: LiveConversation): void {
		this.byId.delete(id);
		this.changed.delete(conversation);
		this.opened = this.opened.filter((each) => each !== conversation);
		conversation.end();
	}

	private remember(conversation: LiveConversation): LiveConversation {
		this.opened = [...this.opened.filter((each) => each !== conversation), conversation].slice(-OPENED_MAX);
		return conversation;
	}

	private of(id: RoomId, people: readonly Uid[] | null = null): LiveConversation {
		const known = this.byId.get(id);
		if (known) return known;
		const conversation = new LiveConversation(this.outside, id, people);
		const copy = this.copies.get(id);
		if (copy) conversation.restore(copy);
		this.byId.set(id, conversation);
		this.outside.changed(conversation);
		return conversation;
	}
}
