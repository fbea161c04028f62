/** A person in a list to choose from. */

import type { Person } from "../../chat/chat";
import { Avatar } from "../parts/avatar";

export function PersonOption({ person }: { person: Person }) {
	return (
		<>
			<Avatar person={person} size="small" presence />
			<bdi class="ellipsis">{person.nickname}</bdi>
			<small class="ellipsis">{person.uid}</small>
		</>
	);
}
