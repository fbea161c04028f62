/** The head of a conversation: its name, its recipients, and buttons for search and panels. */

import { useCallback, useState } from "preact/hooks";
import type { Conversation } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { conversationName, roomReach } from "../names";
import { Badge } from "../parts/badge";
import { IconButton } from "../parts/button";
import { BackIcon, CalendarIcon, PeopleIcon, PinIcon, SearchIcon } from "../parts/icons";
import { RoomSign } from "../parts/sign";
import { roomOf } from "../room_of";
import { go, goBack, type Panel, roomRoute } from "../route";
import { openScreen } from "../screens/screen";
import { DateJump } from "./date_jump";

interface RoomHeadProps {
	conversation: Conversation;
	panel: Panel | null;
	/** Scroll to a row. */
	onJump: (key: string) => void;
}

export function RoomHead({ conversation, panel, onJump }: RoomHeadProps) {
	const chat = useChat();
	const words = text.value.conversation;
	const [dateAnchor, setDateAnchor] = useState<HTMLElement | null>(null);
	const closeDate = useCallback(() => setDateAnchor(null), []);
	const id = conversation.id.value;
	const room = roomOf(conversation, chat);
	/** Unread mentions in other rooms, because on a phone the list of rooms is hidden. */
	const elsewhere = chat.mentions.value - (room?.mentions ?? 0);
	const topic = room ? room.room.TOPIC || roomReach(room, chat) : "";

	/** Close the panel, or replace it by another one. */
	const toggle = (wanted: Panel) => {
		if (panel === wanted) goBack(roomRoute(id));
		else go(roomRoute(id, { panel: wanted }), { replace: panel !== null });
	};
	const toggles: [Panel, string, typeof PinIcon][] = [
		["pins", words.pins, PinIcon],
		["people", room && room.kind !== "lobby" ? words.members : words.people, PeopleIcon],
	];

	return (
		<header class="room-bar">
			<IconButton
				class="back"
				icon={BackIcon}
				label={elsewhere > 0 ? `${words.back}, ${words.waitingElsewhere(elsewhere)}` : words.back}
				badge={elsewhere > 0 && <Badge hot count={elsewhere} label={words.waitingElsewhere(elsewhere)} />}
				onClick={() => goBack({ is: "list" })}
			/>
			{room && <RoomSign room={room} />}
			<h1 class="ellipsis">
				<button type="button" class="room-title" title={words.about.title} onClick={() => toggle("about")}>
					<bdi>{conversationName(conversation, room)}</bdi>
				</button>
			</h1>
			<p class="ellipsis" dir="auto" title={topic}>
				{topic}
			</p>
			<div class="room-tools" role="toolbar" aria-label={words.tools}>
				<IconButton
					icon={SearchIcon}
					label={words.searchHere}
					onClick={() => openScreen({ is: "search", query: `in:${id} ` })}
				/>
				<IconButton
					icon={CalendarIcon}
					label={words.jumpToDate}
					aria-expanded={dateAnchor !== null}
					onClick={(event) => setDateAnchor(dateAnchor === null ? event.currentTarget : null)}
				/>
				{toggles.map(([name, label, icon]) => (
					<IconButton key={name} icon={icon} label={label} aria-pressed={panel === name} onClick={() => toggle(name)} />
				))}
			</div>
			{dateAnchor && <DateJump anchor={dateAnchor} conversation={conversation} onJump={onJump} onClose={closeDate} />}
		</header>
	);
}
