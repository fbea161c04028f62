/** Invites people to a room. */

import { useState } from "preact/hooks";
import { text } from "../../text";
import type { Room, RoomId, Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { PersonAddIcon } from "../parts/icons";
import { useAnswer } from "./asking";
import { Confirm } from "./confirm";
import { PeoplePicker } from "./people_picker";
import { rightsIn } from "./rights";
import { closeScreen } from "./screen";

const AT_ONCE_MAX = 20;

export function InviteScreen({ room: id }: { room: RoomId }) {
	const room = useChat().rooms.value.find((each) => each.id === id)?.room;
	return room ? <Invite room={room} onClose={closeScreen} /> : null; // left meanwhile
}

/** Shown only if permitted; `onClose`: the members may have changed. */
export function InviteButton({ room, onClose }: { room: Room; onClose?: () => void }) {
	const chat = useChat();
	const [asking, setAsking] = useState(false);
	if (!rightsIn(room, chat.me.value?.role ?? "guest").invite) return null;
	const close = () => {
		setAsking(false);
		onClose?.();
	};
	return (
		<>
			<Button icon={PersonAddIcon} onClick={() => setAsking(true)}>
				{text.value.screens.rooms.invite}
			</Button>
			{asking && <Invite room={room} onClose={close} />}
		</>
	);
}

function Invite({ room, onClose }: { room: Room; onClose: () => void }) {
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
