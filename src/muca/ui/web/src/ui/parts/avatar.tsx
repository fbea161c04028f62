/** A person's picture: their initials on a colour that is theirs as long as their UID is. */

import type { Person } from "../../chat/chat";
import { words } from "./button";
import { initials, tint } from "./initials";

interface AvatarProps {
	person: Pick<Person, "uid" | "nickname"> & { presence?: Person["presence"] };
	size?: "small" | "large";
	/** Show by a dot whether they are here. The words for it belong beside the name. */
	presence?: boolean;
}

export function Avatar({ person, size, presence = false }: AvatarProps) {
	return (
		<span
			class={words("avatar", size, presence && person.presence === "gone" && "gone")}
			data-tint={tint(person.uid)}
			data-presence={presence && person.presence !== "gone" ? person.presence : undefined}
			aria-hidden="true"
		>
			{initials(person.nickname)}
		</span>
	);
}
