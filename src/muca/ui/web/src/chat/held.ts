/** An entry of a log. A message is the server's last version of it, with the later changes applied in order. */

import type { LogEntry, Seq } from "../wire/words";
import { type Change, changed, isSure } from "./changes";

export class Held {
	/** For a message, its current state. */
	entry: LogEntry;
	/** Whether that is certain. */
	isSure = true;
	/** The changes after `asOf`. */
	private changes: Change[] = [];

	/** `base`: the server's version, which certainly includes all changes up to `asOf`. */
	constructor(
		private base: LogEntry,
		private asOf: Seq,
	) {
		this.entry = base;
	}

	get seq(): Seq {
		return this.base.SEQ;
	}

	/** The server's version as of this SEQ. False if a newer one is known. */
	renew(base: LogEntry, asOf: Seq): boolean {
		if (asOf <= this.asOf) return false;
		this.base = base;
		this.asOf = asOf;
		this.changes = this.changes.filter(({ SEQ }) => SEQ > asOf);
		this.remake();
		return true;
	}

	/** Apply a change, which may come after later ones. False if it is known already. */
	change(change: Change): boolean {
		if (change.SEQ <= this.asOf || this.changes.some(({ SEQ }) => SEQ === change.SEQ)) return false;
		this.changes = [...this.changes, change].sort((one, other) => one.SEQ - other.SEQ);
		this.remake();
		return true;
	}

	/** An unchanged message stays the same object. */
	private remake(): void {
		this.isSure = true;
		if (this.base.CMD !== "MSG") return;
		let message = this.base;
		for (const change of this.changes) {
			this.isSure &&= isSure(message, change);
			message = changed(message, change);
		}
		if (JSON.stringify(message) !== JSON.stringify(this.entry)) this.entry = message;
	}
}
