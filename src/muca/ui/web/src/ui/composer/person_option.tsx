/** A person in a list of options. */

import type { Person } from "../../chat/chat";
import { Avatar } from "../parts/avatar";

interface PersonOptionProps {
	person: Person;
	/** A warning about choosing them. */
	mark?: string | undefined;
}

export function PersonOption({ person, mark }: PersonOptionProps) {
	return (
		<>
			<Avatar person={person} size="small" presence />
			<bdi class="ellipsis">{person.nickname}</bdi>
			<small class="ellipsis">{person.uid}</small>
			{mark !== undefined && <span class="tag">{mark}</span>}
		</>
	);
}
