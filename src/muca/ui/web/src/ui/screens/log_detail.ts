/** What an entry of the log has beyond its deed: the server's own words in those of the page, a reason as it was given. */

import { duration, text } from "../../text";
import type { AuditEntry, Role } from "../../wire/words";

const HOW_LONG = /^(?:until lifted|for (\d+) s)(?:: (.*))?$/s;

/** Empty: nothing that a person would want to know. */
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
		case "CLAIM":
		case "REGISTER":
		case "DELETE":
			return "";
		default:
			return DETAIL;
	}
}
