/** The tag of owners and moderators, because other people may have the same name. */

import { text } from "../../text";
import type { Role } from "../../wire/words";

export function RoleTag({ role }: { role: Role }) {
	if (role !== "owner" && role !== "moderator") return null;
	return <span class="tag role">{text.value.conversation.roles[role]}</span>;
}
