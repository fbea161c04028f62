/** Everyone who is known: who is here or away, what they are called, who looks after the server, whom I ignore. */

import type { LogEntry, Member, Peer, PeerPush, Role, Uid } from "../wire/words";
import type { Person } from "./chat";

/** What the log calls those whose account is deleted. */
const DELETED_ACCOUNT = "Deleted account";

const names = new Intl.Collator(undefined, { numeric: true });
const ORDER = { here: 0, away: 1, gone: 2 };

export class People {
	private byUid = new Map<Uid, Person>();
	private sorted: readonly Person[] | null = null;
	/** How many people go by a name, as one reads it. */
	private named: ReadonlyMap<string, number> | null = null;
	ignores: ReadonlySet<Uid> = new Set();

	/** Everyone, here first, then by name; but nobody whose account is deleted. */
	get list(): readonly Person[] {
		this.sorted ??= [...this.byUid.values()]
			.filter((person) => !isDeleted(person))
			.sort((one, other) => ORDER[one.presence] - ORDER[other.presence] || names.compare(one.nickname, other.nickname));
		return this.sorted;
	}

	/** Whether somebody else goes by the same name. */
	hasNamesake(uid: Uid): boolean {
		this.named ??= counted(this.list.map(({ nickname }) => folded(nickname)));
		return (this.named.get(folded(this.get(uid).nickname)) ?? 0) > 1;
	}

	/** A UID nobody has spoken of is called by itself. */
	get(uid: Uid): Person {
		return this.byUid.get(uid) ?? this.stranger(uid);
	}

	clear(): void {
		this.byUid.clear();
		this.sorted = this.named = null;
	}

	/** As they were in former times; who is here now is not known. */
	restore(people: readonly Person[], ignores: readonly Uid[]): void {
		for (const person of people) this.set(person.uid, { ...person, presence: "gone" });
		this.ignore(ignores);
	}

	/** Who is joined now: everyone else is gone. */
	start(peers: readonly Peer[], away: readonly Uid[], ignores: readonly Uid[]): void {
		this.absent();
		for (const { UID, UN } of peers) this.set(UID, { nickname: UN, presence: "here" });
		for (const uid of away) this.set(uid, { presence: "away" });
		this.ignore(ignores);
	}

	/** Nobody can be seen without a connection. */
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

	/** Somebody is called so in a room. Those who are here say themselves what they are called. */
	name(uid: Uid, nickname: string): void {
		if (this.byUid.get(uid)?.presence !== "here") this.set(uid, { nickname });
	}

	/** Of any room; in the lobby their roles are those on the server. */
	members(members: readonly Member[], areOfLobby: boolean): void {
		for (const { UID, UN, ROLE, SEEN } of members) {
			this.name(UID, UN);
			if (SEEN) this.set(UID, { seenMs: SEEN });
			if (areOfLobby) this.role(UID, ROLE);
		}
	}

	role(uid: Uid, role: Role): void {
		this.set(uid, { role });
	}

	/** Names of who wrote, where they are not known from elsewhere; and who has deleted their account since. */
	wrote({ FROM, UN }: LogEntry): void {
		if (!this.byUid.has(FROM) || UN === DELETED_ACCOUNT) this.name(FROM, UN);
	}

	/** The people whose name, or the name from one of its words on, or whose UID begins so; best first. */
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
		return { uid, nickname: uid, presence: "gone", role: "member", ignored: this.ignores.has(uid), seenMs: null };
	}
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

/** Case, width and accents do not matter. */
export const folded = (name: string): string => name.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Nobody is here with a deleted account, whatever others call themselves. */
const isDeleted = ({ nickname, presence }: Person): boolean => presence === "gone" && nickname === DELETED_ACCOUNT;
