/** A role, as it is given in a sentence: “Make Zoe a moderator?” */

import type { Role } from "../../wire/words";

export const aRole: Record<Role, string> = {
	owner: "an owner",
	moderator: "a moderator",
	member: "a member",
	guest: "a guest",
};
