/** A room of the simulated server. */

import { changed, isChange } from "../../chat/changes";
import { lastOf } from "../../chat/rooms";
import type { LogEntry, Event as LogEvent, Message, Reach, Room, RoomId, RoomKind, Seq, Uid } from "../../wire/words";
import { FakeFailure } from "./failure";

const REACH: Record<RoomKind, Reach> = { lobby: "ALL", direct: "PRIVATE", group: "GROUP", named: "ROOM" };

/** A frame as `uid` sees it: with the ID of the SEND only in own messages, until they are deleted. */
export function shownTo<T extends object>(uid: Uid, frame: T): T {
	const { CMD, FROM, DELETED } = frame as Partial<Message>;
	if (CMD !== "MSG" || (FROM === uid && !DELETED)) return frame;
	const { ID: _, ...shown } = frame as Partial<Message>;
	return shown as T;
}

export interface FakePerson {
	uid: Uid;
	nickname: string;
	presence: "here" | "away" | "gone";
	seen: number;
}

/** A room with its log: entry `n` is at index `n - 1`, and messages have their current state. */
export class FakeRoom {
	readonly log: LogEntry[] = [];
	readonly members = new Set<Uid>();
	readonly read = new Map<Uid, Seq>();
	readonly former = new Map<Seq, { TS: number; MSG: string }[]>();

	constructor(public about: Room) {}

	get id(): RoomId {
		return this.about.ROOM;
	}

	/** The log as `uid` sees it. */
	logFor(uid: Uid): LogEntry[] {
		return this.log.map((entry) => shownTo(uid, entry));
	}

	message(seq: unknown): Message {
		const entry = this.log[Number(seq) - 1];
		if (entry?.CMD !== "MSG" || entry.DELETED) throw new FakeFailure("no_such_event", "There is no such message here.");
		return entry;
	}

	/** Append an entry, and apply a change to its message. Returns the push. */
	append(entry: Omit<Message, "SEQ" | "ROOM" | "TYPE"> | Omit<LogEvent, "SEQ" | "ROOM">): LogEntry {
		const place = { ROOM: this.id, SEQ: this.log.length + 1 };
		const added: LogEntry =
			entry.CMD === "MSG" ? { ...entry, ...place, TYPE: REACH[this.about.KIND] } : { ...entry, ...place };
		this.log.push(added);
		if (isChange(added)) {
			const message = this.log[added.OF - 1] as Message;
			if (added.KIND === "edit") this.keepFormer(message);
			this.log[added.OF - 1] = changed(message, added);
		}
		return added;
	}

	/** The room as `uid` sees it. */
	seenBy(uid: Uid, people: ReadonlyMap<Uid, FakePerson>): Room {
		const READ = this.read.get(uid) ?? 0;
		const unread = this.log.slice(READ).filter(({ CMD, FROM }) => CMD === "MSG" && FROM !== uid) as Message[];
		const mentions = unread.filter(({ MENTIONS, MENTIONS_ROOM }) => MENTIONS?.includes(uid) || MENTIONS_ROOM);
		const isConversation = this.about.KIND === "direct" || this.about.KIND === "group";
		const members = [...this.members].map((UID) => ({ UID, UN: people.get(UID)?.nickname ?? UID }));
		const last = this.log.findLast((entry): entry is Message => entry.CMD === "MSG" && !entry.DELETED);
		return {
			...this.about,
			SEQ: this.log.length,
			READ,
			UNREAD: unread.length,
			MENTIONS: mentions.length,
			...(isConversation && { MEMBERS: members, ...(last && { LAST: lastOf(last) }) }),
			...(!this.isFor(uid) && { ENTERED: false }),
		};
	}

	isFor(uid: Uid): boolean {
		return this.about.KIND === "lobby" || this.members.has(uid);
	}

	private keepFormer({ SEQ, TS, EDITED = TS, MSG }: Message): void {
		this.former.set(SEQ, [...(this.former.get(SEQ) ?? []), { TS: EDITED, MSG }]);
	}
}
