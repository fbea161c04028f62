/** The server of this page: what it says about itself, and the accounts that this browser has used there. */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { keep, kept } from "../keeping";
import type { Greeting, Http } from "../wire/http";
import type { ServerInfo } from "../wire/words";
import { Accounts } from "./accounts";
import type { KnownAccount } from "./chat";
import { asRefusal } from "./refusal";

/** The key of the last server's id, so that its accounts are known while it cannot be reached. */
const LAST_SERVER = `muca server ${location.pathname}`;

export class Host {
	/** Null until it has answered once. */
	readonly server: Signal<ServerInfo | null> = signal(null);
	readonly known: Signal<readonly KnownAccount[]> = signal([]);
	private readonly page = signal<{ ours: string; theirs: string } | null>(null);
	/** It has another version of this page. */
	readonly isOutdated: ReadonlySignal<boolean> = computed(() => this.page.value?.ours !== this.page.value?.theirs);

	constructor(private readonly http: Pick<Http, "server">) {
		this.showAccounts();
	}

	/** The id of the server, or of the last one at this path; empty: there was none. */
	get id(): string {
		return this.server.peek()?.ID ?? this.lastId;
	}

	get lastId(): string {
		return kept(LAST_SERVER, "");
	}

	get accounts(): Accounts {
		return new Accounts(this.id);
	}

	/** Get its information. Rejects with a `Refusal`. */
	async greet(): Promise<void> {
		const greeting = await this.http.server().catch((failure) => {
			throw asRefusal(failure);
		});
		this.meet(greeting);
		if (greeting.PAGE) this.page.value = { ours: this.page.peek()?.ours ?? greeting.PAGE, theirs: greeting.PAGE };
	}

	meet(info: Greeting): void {
		this.server.value = { ...this.server.peek(), ...info };
		keep(LAST_SERVER, info.ID);
		this.showAccounts();
	}

	/** The accounts have changed. */
	showAccounts(): void {
		this.known.value = this.accounts.list;
	}
}
