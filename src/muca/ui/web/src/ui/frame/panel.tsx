/** The right column: people, pinned messages or information about the room. */

import { useEffect, useRef } from "preact/hooks";
import type { Conversation } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { IconButton } from "../parts/button";
import { CloseIcon } from "../parts/icons";
import { isNarrow } from "../parts/screen";
import { roomOf } from "../room_of";
import { goBack, type Panel as Name, roomRoute } from "../route";
import { About } from "./about";
import { People } from "./people";
import { Pins } from "./pins";

/** `chosen`: the user has opened it and can close it; otherwise it is the default of a wide page. */
export function Panel({ conversation, name, chosen }: { conversation: Conversation; name: Name; chosen: boolean }) {
	const chat = useChat();
	const words = text.value.conversation;
	const closing = useRef<HTMLButtonElement>(null);
	// If the panel covers the conversation, it gets the focus.
	useEffect(() => {
		if (chosen && isNarrow()) closing.current?.focus();
	}, [chosen]);
	const close = () => goBack(roomRoute(conversation.id.value));
	const room = roomOf(conversation, chat);
	/** It may have changed the members or their roles. */
	const lastEvent = conversation.rows.value.findLast((row) => row.is === "notice")?.key;
	const titles: Record<Name, string> = {
		people: room && room.kind !== "lobby" ? words.members : words.people,
		pins: words.pins,
		about: words.about.title,
	};
	return (
		<section
			class="panel"
			onKeyDown={(event) => chosen && event.key === "Escape" && !event.defaultPrevented && close()}
			aria-label={titles[name]}
		>
			<header class="panel-head">
				<h1>{titles[name]}</h1>
				{chosen && <IconButton icon={CloseIcon} label={words.close} ref={closing} onClick={close} />}
			</header>
			<div class="panel-content">
				{name === "people" && <People key={conversation.id.value} room={room} changed={lastEvent} />}
				{name === "pins" && room && <Pins key={room.id} room={room} changes={conversation.pinChanges.value} />}
				{name === "about" && room && <About room={room} />}
			</div>
		</section>
	);
}
