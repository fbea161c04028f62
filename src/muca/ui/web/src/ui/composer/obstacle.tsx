/** Shown instead of the message box: why the user cannot write here. */

import type { RoomView } from "../../chat/chat";
import { dateAndTime, text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { ArchiveIcon, DoorIcon, type Icon, LockIcon, MuteIcon, PersonIcon } from "../parts/icons";
import { toastError } from "../parts/toast";
import type { Obstacle } from "./obstacles";

const ICONS: Record<Obstacle["is"], Icon> = {
	archived: ArchiveIcon,
	removed: DoorIcon,
	notEntered: DoorIcon,
	guestsNotAllowed: PersonIcon,
	readOnly: LockIcon,
	muted: MuteIcon,
};

export function ObstacleLine({ obstacle, room }: { obstacle: Obstacle; room: RoomView }) {
	const chat = useChat();
	const words = text.value.conversation.obstacles;
	const Drawing = ICONS[obstacle.is];
	const timed = obstacle.is === "muted" && obstacle.until !== Infinity;
	return (
		<div class="obstacle" role="note">
			<Drawing />
			<p>{timed ? words.mutedUntil(dateAndTime(obstacle.until)) : words[obstacle.is]}</p>
			{obstacle.is === "notEntered" && (
				<Button look="accent" onClick={() => void chat.ask("ENTER", { ROOM: room.id }).catch(toastError)}>
					{words.enter}
				</Button>
			)}
		</div>
	);
}
