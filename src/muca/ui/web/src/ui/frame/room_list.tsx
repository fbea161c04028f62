/** Own rooms: the lobby, rooms with a name, conversations with people; in each part the latest active first. */

import type { RoomView } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { roomName, typingWords } from "../names";
import { Badge } from "../parts/badge";
import { IconButton } from "../parts/button";
import { AddIcon, EditIcon } from "../parts/icons";
import { useRoving } from "../parts/roving";
import { RoomSign } from "../parts/sign";
import { formatRoute, go, roomRoute } from "../route";
import { openScreen } from "../screens/screen";

export function RoomList({ current }: { current: string | null }) {
	const chat = useChat();
	const words = text.value.conversation;
	const roving = useRoving<HTMLElement>("a.room");
	const rooms = chat.rooms.value;
	const part = (kinds: readonly RoomView["kind"][]) =>
		rooms
			.filter(({ kind }) => kinds.includes(kind))
			.map((room) => <RoomItem key={room.id} room={room} current={room.id === current} />);
	const named = part(["named"]);
	const conversations = part(["direct", "group"]);

	return (
		<nav class="rooms" aria-label={words.rooms} {...roving}>
			<ul class="room-part">{part(["lobby"])}</ul>
			<div class="room-head">
				<h2 id="rooms-named">{words.rooms}</h2>
				<IconButton small icon={AddIcon} label={words.findRoom} onClick={() => openScreen({ is: "rooms" })} />
			</div>
			<ul class="room-part" aria-labelledby="rooms-named">
				{named.length > 0 ? named : <li class="room-none">{words.noRooms}</li>}
			</ul>
			<div class="room-head">
				<h2 id="rooms-people">{words.conversations}</h2>
				<IconButton small icon={AddIcon} label={words.writeTo} onClick={() => openScreen({ is: "write" })} />
			</div>
			<ul class="room-part" aria-labelledby="rooms-people">
				{conversations.length > 0 ? conversations : <li class="room-none">{words.noConversations}</li>}
			</ul>
		</nav>
	);
}

function RoomItem({ room, current }: { room: RoomView; current: boolean }) {
	const chat = useChat();
	const words = text.value.conversation;
	const name = roomName(room);
	const typing = typingWords(room.typing, chat);
	const to = roomRoute(room.id);
	return (
		<li>
			<a
				class={room.unread > 0 ? "room unread" : "room"}
				href={formatRoute(to)}
				aria-current={current ? "page" : undefined}
				title={name}
				onClick={(event) => {
					if (event.ctrlKey || event.metaKey || event.shiftKey) return;
					event.preventDefault();
					go(to);
				}}
			>
				<RoomSign room={room} />
				<bdi class="ellipsis">{name}</bdi>
				<span class="room-marks">
					{typing && (
						<span class="typing-dots" title={typing}>
							<span class="unseen">{typing}</span>
						</span>
					)}
					{room.hasDraft && !current && (
						<span class="draft" title={words.draft}>
							<EditIcon />
							<span class="unseen">{words.draft}</span>
						</span>
					)}
					{room.mentions > 0 ? (
						<Badge hot count={room.kind === "direct" ? room.unread : room.mentions} label={unreadWords(room)} />
					) : (
						room.unread > 0 && <Badge count={room.unread} label={unreadWords(room)} />
					)}
				</span>
			</a>
		</li>
	);
}

function unreadWords({ kind, unread, mentions }: RoomView): string {
	const words = text.value.conversation;
	return kind !== "direct" && mentions > 0 ? words.unreadWithMentions(unread, mentions) : words.unread(unread);
}
