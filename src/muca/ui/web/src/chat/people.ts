/** All known people: presence, names, roles on the server, and whom the user ignores. */

import type { LogEntry, Member, Peer, PeerPush, Role, Uid } from "../wire/words";
import type { Person } from "./chat";

/** The name of deleted accounts in the log. */
const DELETED_ACCOUNT = "Deleted account";

/** The end of a mute or ban without a time limit, in the list of members. */
export const FOR_EVER_MS = 2 ** 53;

const names = new Intl.Collator(undefined, { numeric: true });
const ORDER = { here: 0, away: 1, gone: 2 };

export class People {
	private byUid = new Map<Uid, Person>();
	private sorted: readonly Person[] | null = null;
	/** The number of people with each displayed name. */
	private named: ReadonlyMap<string, number> | null = null;
	ignores: ReadonlySet<Uid> = new Set();

	/** Everyone, first those who are online, then by name, without deleted accounts. */
	get list(): readonly Person[] {
		this.sorted ??= [...this.byUid.values()]
			.filter((person) => !isDeleted(person))
			.sort((one, other) => ORDER[one.presence] - ORDER[other.presence] || names.compare(one.nickname, other.nickname));
		return this.sorted;
	}

	/** Whether somebody else has the same name. */
	hasNamesake(uid: Uid): boolean {
		this.named ??= counted(this.list.map(({ nickname }) => folded(nickname)));
		return (this.named.get(folded(this.get(uid).nickname)) ?? 0) > 1;
	}

	/** An unknown UID is its own name. */
	get(uid: Uid): Person {
		return this.byUid.get(uid) ?? this.stranger(uid);
	}

	clear(): void {
		this.byUid.clear();
		this.sorted = this.named = null;
	}

	/** Restore stored people; their presence is unknown. */
	restore(people: readonly Person[], ignores: readonly Uid[]): void {
		for (const person of people) this.set(person.uid, { ...person, presence: "gone" });
		this.ignore(ignores);
	}

	/** Set who is online; everyone else is offline. */
	start(peers: readonly Peer[], away: readonly Uid[], ignores: readonly Uid[]): void {
		this.absent();
		this.here(peers, away);
		this.ignore(ignores);
	}

	/** Add people who are online. */
	here(peers: readonly Peer[], away: readonly Uid[]): void {
		const isAway = new Set(away);
		for (const { UID, UN } of peers) this.set(UID, { nickname: UN, presence: isAway.has(UID) ? "away" : "here" });
	}

	/** Presence is unknown without a connection. */
	absent(): void {
		for (const uid of this.byUid.keys()) this.set(uid, { presence: "gone" });
	}

	push({ TYPE, UID, UN }: PeerPush, now: number): void {
		const presence = TYPE === "LEFT" ? "gone" : TYPE === "AWAY" ? "away" : TYPE === "RENAMED" ? null : "here";
		this.set(UID, {
			nickname: UN,
			...(presence && { presence }),
			...(TYPE === "LEFT" && { seenMs: now }),
		});
	}

	ignore(uids: readonly Uid[]): void {
		const ignores = new Set(uids);
		for (const uid of new Set([...this.ignores, ...uids])) this.set(uid, { ignored: ignores.has(uid) });
		this.ignores = ignores;
	}

	/** Set a name from a room. For people who are online, their own name takes precedence. */
	name(uid: Uid, nickname: string): void {
		if (this.byUid.get(uid)?.presence !== "here") this.set(uid, { nickname });
	}

	/** Add members of a room; in the lobby their roles are those on the server. */
	members(members: readonly Member[], areOfLobby: boolean): void {
		for (const { UID, UN, ROLE, SEEN, BANNED_UNTIL } of members) {
			this.name(UID, UN);
			if (SEEN) this.set(UID, { seenMs: SEEN });
			if (areOfLobby) this.set(UID, { role: ROLE, bannedUntil: BANNED_UNTIL ?? 0 });
		}
	}

	role(uid: Uid, role: Role): void {
		this.set(uid, { role });
	}

	/** Set the end of a person's ban from the server (UTC ms); 0: not banned. */
	ban(uid: Uid, until: number): void {
		this.set(uid, { bannedUntil: until });
	}

	/** Set an unknown name from an entry, and detect deleted accounts. */
	wrote({ FROM, UN }: LogEntry): void {
		if (!this.byUid.has(FROM) || UN === DELETED_ACCOUNT) this.name(FROM, UN);
	}

	/** The people whose name, a word of it, or UID begins with the prefix; best match first. */
	complete(prefix: string, among: (uid: Uid) => boolean): Person[] {
		const wanted = folded(prefix);
		const rank = ({ uid, nickname }: Person): number => {
			const name = folded(nickname);
			if (name.startsWith(wanted)) return 0;
			if ([...name.matchAll(/[\s\p{P}]+/gu)].some(({ 0: gap, index }) => name.startsWith(wanted, index + gap.length)))
				return 1;
			return folded(uid).startsWith(wanted) ? 2 : 3;
		};
		const ranked = this.list.filter(({ uid }) => among(uid)).map((person) => ({ person, at: rank(person) }));
		const fitting = ranked.filter(({ at }) => at < 3);
		return fitting.sort((one, other) => one.at - other.at).map(({ person }) => person);
	}

	private set(uid: Uid, news: Partial<Person>): void {
		const before = this.get(uid);
		const after = { ...before, ...news };
		const same = (Object.keys(after) as (keyof Person)[]).every((key) => before[key] === after[key]);
		if (same && this.byUid.has(uid)) return;
		this.byUid.set(uid, after);
		this.sorted = this.named = null;
	}

	private stranger(uid: Uid): Person {
		const ignored = this.ignores.has(uid);
		return { uid, nickname: uid, presence: "gone", role: "member", ignored, seenMs: null, bannedUntil: 0 };
	}
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

/** Ignores case, width and accents. */
export const folded = (name: string): string => name.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

export const isBanned = ({ bannedUntil }: Person): boolean => bannedUntil > Date.now();

/** A deleted account is never online, even if others use that name. */
const isDeleted = ({ nickname, presence }: Person): boolean => presence === "gone" && nickname === DELETED_ACCOUNT;
