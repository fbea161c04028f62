/** The details of a log entry: the server's terms as texts of the page, and reasons as they were given. */

import { duration, text } from "../../text";
import type { AuditEntry, Role } from "../../wire/words";

const HOW_LONG = /^(?:until lifted|for (\d+) s)(?:: (.*))?$/s;

/** Empty if there is nothing of interest. */
export function logDetail({ ACTION, DETAIL = "" }: Pick<AuditEntry, "ACTION" | "DETAIL">): string {
	const words = text.value.screens;
	switch (ACTION) {
		case "ROLE":
			return words.roles[DETAIL as Role] ?? DETAIL;
		case "MUTE":
		case "BAN": {
			const [whole, seconds, reason] = HOW_LONG.exec(DETAIL) ?? [];
			if (whole === undefined) return DETAIL;
			const time = seconds ? words.server.lasting(duration(Number(seconds))) : words.all.forGood;
			return reason ? `${time}: ${reason}` : time;
		}
		case "PURGE":
			return words.server.purged(Number.parseInt(DETAIL, 10));
		case "CLAIM":
		case "REGISTER":
		case "DELETE":
			return "";
		default:
			return DETAIL;
	}
}
