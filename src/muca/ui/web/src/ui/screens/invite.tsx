/** Take people into a room. */

import { useState } from "preact/hooks";
import { text } from "../../text";
import type { Room, Uid } from "../../wire/words";
import { useChat } from "../chat";
import { useAnswer } from "./asking";
import { Confirm } from "./confirm";
import { PeoplePicker } from "./people_picker";

const AT_ONCE_MAX = 20;

export function Invite({ room, onClose }: { room: Room; onClose: () => void }) {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const [chosen, setChosen] = useState<Uid[]>([]);
	const members = useAnswer(() => chat.ask("MEMBERS", { ROOM: room.ROOM, LIMIT: 200 }), [room.ROOM]);
	return (
		<Confirm
			title={words.invite}
			action={words.invite}
			look="accent"
			onClose={onClose}
			onConfirm={async () => {
				for (const uid of chosen) await chat.ask("INVITE", { ROOM: room.ROOM, UID: uid });
			}}
		>
			<p class="muted">{words.inviteHint}</p>
			<PeoplePicker
				chosen={chosen}
				onChange={setChosen}
				without={members.value?.MEMBERS.map(({ UID }) => UID) ?? []}
				max={AT_ONCE_MAX}
			/>
		</Confirm>
	);
}
