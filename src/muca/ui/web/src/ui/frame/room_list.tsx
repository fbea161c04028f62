/** The user's rooms: the lobby, named rooms, conversations with people; the most recently active first in each section. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RoomView } from "../../chat/chat";
import { briefly, dateAndTime, number, text } from "../../text";
import { useChat } from "../chat";
import { namesakeIn, roomName, typingWords } from "../names";
import { Badge } from "../parts/badge";
import { Button, IconButton } from "../parts/button";
import { AddIcon, EditIcon } from "../parts/icons";
import { useRoving } from "../parts/roving";
import { RoomSign } from "../parts/sign";
import { formatRoute, go, roomRoute } from "../route";
import { openScreen } from "../screens/screen";
import { fewOf } from "./few";
import { LastLine } from "./last_line";

export function RoomList({ current }: { current: string | null }) {
	const chat = useChat();
	const words = text.value.conversation;
	const roving = useRoving<HTMLElement>("a.room");
	const rooms = chat.rooms.value;
	const part = (...kinds: readonly RoomView["kind"][]) => rooms.filter(({ kind }) => kinds.includes(kind));

	return (
		<nav class="rooms" aria-label={words.rooms} {...roving}>
			<Part rooms={part("lobby")} current={current} />
			<div class="room-head">
				<h2 id="rooms-named">{words.rooms}</h2>
				<IconButton small icon={AddIcon} label={words.findRoom} onClick={() => openScreen({ is: "rooms" })} />
			</div>
			<Part rooms={part("named")} current={current} labelledBy="rooms-named" none={words.noRooms} />
			<div class="room-head">
				<h2 id="rooms-people">{words.conversations}</h2>
				<IconButton small icon={AddIcon} label={words.writeTo} onClick={() => openScreen({ is: "write" })} />
			</div>
			<Part rooms={part("direct", "group")} current={current} labelledBy="rooms-people" none={words.noConversations} />
		</nav>
	);
}

interface PartProps {
	rooms: readonly RoomView[];
	current: string | null;
	labelledBy?: string;
	/** The text if there are none. */
	none?: string;
}

function Part({ rooms, current, labelledBy, none }: PartProps) {
	const [all, setAll] = useState(false);
	const shown = all ? rooms : fewOf(rooms, current);
	return (
		<>
			<ul class="room-part" aria-labelledby={labelledBy}>
				{shown.map((room) => (
					<RoomItem key={room.id} room={room} current={room.id === current} />
				))}
				{rooms.length === 0 && none && <li class="room-none">{none}</li>}
			</ul>
			{shown.length < rooms.length && (
				<Button look="quiet" class="room-all" onClick={() => setAll(true)}>
					{text.value.conversation.showAll(number(rooms.length))}
				</Button>
			)}
		</>
	);
}

function RoomItem({ room, current }: { room: RoomView; current: boolean }) {
	const chat = useChat();
	const words = text.value.conversation;
	const name = roomName(room);
	const namesake = namesakeIn(room, chat);
	const typing = typingWords(room.typing, chat);
	const isConversation = room.kind === "direct" || room.kind === "group";
	const to = roomRoute(room.id);
	const link = useRef<HTMLAnchorElement>(null);
	useLayoutEffect(() => {
		if (current) link.current?.scrollIntoView({ block: "nearest" });
	}, [current]);
	return (
		<li>
			<a
				ref={link}
				class={room.unread > 0 ? "room unread" : "room"}
				href={formatRoute(to)}
				aria-current={current ? "page" : undefined}
				title={namesake ? `${name} (${namesake})` : name}
				onClick={(event) => {
					if (event.ctrlKey || event.metaKey || event.shiftKey) return;
					event.preventDefault();
					go(to);
				}}
			>
				<RoomSign room={room} />
				{isConversation ? (
					<span class="talk">
						<span class="talk-row">
							<bdi class="room-name ellipsis">{name}</bdi>
							{namesake && (
								<small class="ellipsis">
									<bdi>{namesake}</bdi>
								</small>
							)}
							{room.room.LAST && <Time ms={room.room.LAST.TS} />}
						</span>
						<span class="talk-row">
							<LastLine room={room} current={current} />
							<Unread room={room} />
						</span>
					</span>
				) : (
					<>
						<bdi class="room-name ellipsis">{name}</bdi>
						<span class="room-marks">
							{typing && (
								<span class="typing-dots" title={typing}>
									<span class="unseen">{typing}</span>
								</span>
							)}
							{room.draft !== null && !current && (
								<span class="draft" title={words.draft}>
									<EditIcon />
									<span class="unseen">{words.draft}</span>
								</span>
							)}
							<Unread room={room} />
						</span>
					</>
				)}
			</a>
		</li>
	);
}

function Time({ ms }: { ms: number }) {
	return (
		<time dateTime={new Date(ms).toISOString()} title={dateAndTime(ms)}>
			{briefly(ms)}
		</time>
	);
}

function Unread({ room }: { room: RoomView }) {
	const { kind, unread, mentions } = room;
	const words = text.value.conversation;
	if (mentions > 0 && kind !== "direct")
		return <Badge hot count={mentions} label={words.unreadWithMentions(unread, mentions)} />;
	return unread > 0 ? <Badge hot={mentions > 0} count={unread} label={words.unread(unread)} /> : null;
}
