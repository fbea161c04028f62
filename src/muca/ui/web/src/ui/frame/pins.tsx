/** The pinned messages of a room, the most recently pinned first. */

import type { RoomView } from "../../chat/chat";
import { text, when } from "../../text";
import type { Message, Seq } from "../../wire/words";
import { useChat } from "../chat";
import { quoted } from "../conversation/quote";
import { Button } from "../parts/button";
import { PinIcon } from "../parts/icons";
import { isNarrow } from "../parts/screen";
import { Spinner } from "../parts/spinner";
import { formatRoute, go, roomRoute } from "../route";
import { useAnswer } from "../screens/asking";

/** `changes` is incremented when they must be loaded again. */
export function Pins({ room, changes }: { room: RoomView; changes: number }) {
	const chat = useChat();
	const words = text.value.conversation;
	const answer = useAnswer(() => chat.ask("PINS", { ROOM: room.id }), [room.id, changes]);
	if (answer.trouble !== null) {
		return (
			<div class="empty">
				<p>{answer.trouble}</p>
				<Button onClick={answer.again}>{words.tryAgain}</Button>
			</div>
		);
	}
	if (!answer.value) return <Spinner label={words.loading} />;
	const { MESSAGES } = answer.value;
	if (MESSAGES.length === 0) {
		return (
			<div class="empty">
				<PinIcon />
				<p>{words.noPins}</p>
			</div>
		);
	}
	return (
		<ul class="pins">
			{MESSAGES.map((message) => (
				<Pin key={message.SEQ} message={message} />
			))}
		</ul>
	);
}

function Pin({ message }: { message: Message & { SEQ: Seq } }) {
	const to = roomRoute(message.ROOM, { seq: message.SEQ });
	return (
		<li>
			<a
				class="pin"
				href={formatRoute(to)}
				onClick={(event) => {
					if (event.ctrlKey || event.metaKey || event.shiftKey) return;
					event.preventDefault();
					// Keep the panel open if it does not cover the message.
					go(isNarrow() ? to : { ...to, panel: "pins" }, { replace: true });
				}}
			>
				<span class="pin-head">
					<b class="ellipsis">
						<bdi>{message.UN}</bdi>
					</b>
					<time dateTime={new Date(message.TS).toISOString()}>{when(message.TS)}</time>
				</span>
				<span class="pin-text" dir="auto">
					{quoted({ deleted: false, text: message.MSG, files: message.FILES ?? [] })}
				</span>
			</a>
		</li>
	);
}
