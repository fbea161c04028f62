/** Below the name of a conversation: who is typing, or the unsent draft, or the last message. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { RoomView } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { typingWords } from "../names";
import { words } from "../parts/button";
import { inOneLine, lastWords } from "./last";

export function LastLine({ room, current }: { room: RoomView; current: boolean }) {
	const chat = useChat();
	const { last: said, draft, typing } = text.value.conversation;
	const { LAST } = room.room;
	const newest = useMemo(() => LAST && lastWords(LAST, said), [LAST, said]);
	const unsent = useMemo(() => (current ? "" : inOneLine(room.draft ?? "")), [current, room.draft]);
	if (room.typing.length > 0)
		return <Line look="typing">{room.kind === "direct" ? typing.alone : typingWords(room.typing, chat)}</Line>;
	if (unsent)
		return (
			<Line look="draft" label={draft}>
				{unsent}
			</Line>
		);
	if (!LAST) return <Line>{null}</Line>;
	if (LAST.FROM === chat.me.value?.uid) return <Line label={said.you}>{newest}</Line>;
	return <Line label={room.kind === "group" && chat.person(LAST.FROM).nickname}>{newest}</Line>;
}

/** `label`: the sender. The label and the text each have their own direction. */
function Line({
	look,
	label,
	children,
}: {
	look?: "typing" | "draft";
	label?: string | false;
	children: ComponentChildren;
}) {
	return (
		<span class={words("room-last", look)}>
			{label && (
				<span class="room-last-of">
					<bdi class="ellipsis">{label}</bdi>:{" "}
				</span>
			)}
			<span class="ellipsis" dir="auto">
				{children}
			</span>
		</span>
	);
}
