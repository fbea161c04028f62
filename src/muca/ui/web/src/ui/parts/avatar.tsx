/** A person's avatar: initials on a colour that depends on the UID. */

import type { Person } from "../../chat/chat";
import { words } from "./button";
import { initials, tint } from "./initials";

interface AvatarProps {
	person: Pick<Person, "uid" | "nickname"> & { presence?: Person["presence"] };
	size?: "small" | "large";
	/** Show a dot for the presence. The text for it must be beside the name. */
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
