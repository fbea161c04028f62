/** The accounts that this browser has used on a server, and their tokens. Anyone with the token can use the account. */

import { keep, kept } from "../keeping";
import { random } from "../wire/random";
import type { Uid } from "../wire/words";
import type { KnownAccount } from "./chat";

interface Entry extends KnownAccount {
	token: string;
}

const TOKEN_CHARS = 40;
const UID_CHARS_OF_NAME = 24;

export class Accounts {
	private readonly key: string;

	constructor(server: string) {
		this.key = `muca accounts ${server}`;
	}

	/** The most recently used first. */
	get list(): KnownAccount[] {
		return this.entries.map(({ uid, nickname }) => ({ uid, nickname }));
	}

	find(uid: Uid): Entry | null {
		return this.entries.find((entry) => entry.uid === uid) ?? null;
	}

	/** Update an account, and make it the most recently used one. */
	put(entry: Entry): void {
		keep(this.key, [entry, ...this.entries.filter(({ uid }) => uid !== entry.uid)]);
	}

	forget(uid: Uid): void {
		keep(
			this.key,
			this.entries.filter((entry) => entry.uid !== uid),
		);
	}

	/** Create a guest. The token is stored before the first JOIN, which claims the UID with it, so a lost answer does no harm. */
	invent(nickname: string): Entry {
		return this.expect(guestUid(nickname), nickname);
	}

	/** Generate the token of an account that moves to this browser. */
	expect(uid: Uid, nickname: string): Entry {
		const entry = { uid, nickname, token: random(TOKEN_CHARS) };
		this.put(entry);
		return entry;
	}

	private get entries(): Entry[] {
		return kept<Entry[]>(this.key, []);
	}
}

/** A readable and unique user id: “tony-smith-k3f7q2”. */
export function guestUid(nickname: string): Uid {
	const letters =
		nickname
			.normalize("NFKC")
			.toLowerCase()
			.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
	const name = [...letters.join("-")].slice(0, UID_CHARS_OF_NAME).join("").replace(/-$/, "");
	return `${name || "guest"}-${random(6)}`;
}
