/** Who is in which room: loads members when they are needed, and finds the people whom a name may mean. */

import type { Line } from "../wire/socket";
import type { Answers, LogEntry, Member, RoomId, Uid } from "../wire/words";
import type { Candidate, Chat } from "./chat";
import { Members } from "./members";
import type { Mutes } from "./mutes";
import { FOR_EVER_MS, isBanned, type People } from "./people";
import { peopleOf } from "./people_id";
import type { Rooms } from "./rooms";

/** Pages of a room's members to load. */
const PAGES_MAX = 5;
const MEMBERS_A_PAGE = 200;
/** Pages of people who are online. */
const PEER_PAGES_MAX = 100;

const LOBBY = "lobby";

export interface MembershipOutside {
	readonly line: Pick<Line, "ask">;
	/** The answers to MEMBERS come back to `learn`. */
	ask: Chat["ask"];
	readonly isJoined: boolean;
	/** The lists of rooms and people must be shown again soon. */
	listsChanged(): void;
}

export class Membership {
	private readonly members = new Members();

	constructor(
		private readonly me: Uid,
		private readonly rooms: Rooms,
		private readonly people: People,
		private readonly mutes: Mutes,
		private readonly outside: MembershipOutside,
	) {}

	/**
	 * A session is up. The lobby has all people of the server, also those who are offline. `peersNext`: where the people begin
	 * who are online and not in the answer to JOIN.
	 */
	joined(peersNext?: number): void {
		this.members.clear();
		if (peersNext !== undefined) this.readPeers(peersNext);
		void this.read(LOBBY).catch(() => {}); // then the list of people who are online is enough
	}

	hear(entry: LogEntry): void {
		this.members.hear(entry);
	}

	/** Load the members of a named room, once per connection. */
	load(room: RoomId): void {
		if (!this.outside.isJoined || this.rooms.find(room)?.KIND !== "named" || !this.members.begin(room)) return;
		this.read(room).then(
			(isAll) => isAll && this.members.end(room),
			() => this.members.drop(room),
		);
	}

	/** A page of a room's members has arrived. */
	learn(room: RoomId, members: readonly Member[]): void {
		this.people.members(members, room === LOBBY);
		this.members.add(
			room,
			members.map(({ UID }) => UID),
		);
		const myself = members.find(({ UID }) => UID === this.me);
		const until = myself?.MUTED_UNTIL ?? 0;
		if (myself) this.mutes.now(room, this.rooms.find(room)?.SEQ ?? 0, until < FOR_EVER_MS ? until : Infinity);
	}

	/** Find the end of the user's mute there or on the server, which may be older than the loaded logs. */
	async readMutes(room: RoomId): Promise<void> {
		const before = this.me.slice(0, -1); // members are sorted by UID
		for (const ROOM of new Set([room, LOBBY]))
			await this.outside
				.ask("MEMBERS", { ROOM, LIMIT: MEMBERS_A_PAGE, ...(before && { AFTER: before }) })
				.catch(() => {}); // then only the refusal is shown
	}

	complete(prefix: string, room: RoomId): Candidate[] {
		const isMember = this.whoIsIn(room);
		const isIn = (uid: Uid) => isMember(uid) && !isBanned(this.people.get(uid));
		const isKnown = this.rooms.find(room)?.KIND !== "named" || this.members.isWhole(room);
		const fitting = this.people.complete(prefix, (uid) => uid !== this.me);
		const inside = fitting.filter(({ uid }) => isIn(uid)).map((person) => ({ person, isInRoom: true }));
		if (!isKnown) return inside;
		return [...inside, ...fitting.filter(({ uid }) => !isIn(uid)).map((person) => ({ person, isInRoom: false }))];
	}

	private whoIsIn(room: RoomId): (uid: Uid) => boolean {
		const known = this.rooms.find(room);
		if (known?.KIND === "named") {
			const members = this.members.of(room);
			return (uid) => members.has(uid);
		}
		const people = known?.MEMBERS?.map(({ UID }) => UID) ?? peopleOf(room);
		return (uid) => people?.includes(uid) ?? true;
	}

	/** Load more people who are online. A page is newer than all pushes before it, so it is processed at once. */
	private readPeers(AFTER: number, pages = PEER_PAGES_MAX): void {
		this.outside.line.ask({ CMD: "PEERS", AFTER }, (answer) => {
			if (answer.TYPE === "FAIL") return;
			const { PEERS, AWAY = [], NEXT } = answer.DATA as Answers["PEERS"];
			this.people.here(PEERS, AWAY);
			if (NEXT !== undefined && pages > 1) this.readPeers(NEXT, pages - 1);
			this.outside.listsChanged();
		});
	}

	/** Load the members of a room, or the first of them. Returns whether all were loaded. */
	private async read(ROOM: RoomId): Promise<boolean> {
		let after = {};
		for (let page = 0; page < PAGES_MAX; page++) {
			const { MEMBERS, MORE } = await this.outside.ask("MEMBERS", { ROOM, LIMIT: MEMBERS_A_PAGE, ...after });
			if (!MORE) return true;
			after = { AFTER: MEMBERS.at(-1)?.UID };
		}
		return false;
	}
}
