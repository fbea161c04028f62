import type { Role } from "../../wire/words";

export const aRole: Record<Role, string> = {
	owner: "die Rolle „Leitung“",
	moderator: "die Rolle „Moderation“",
	member: "die Rolle „Mitglied“",
	guest: "die Rolle „Gast“",
};
