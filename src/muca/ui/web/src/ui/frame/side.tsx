/** The left column: server, state of the connection, “Jump to”, rooms, the user. */

import { useState } from "preact/hooks";
import { openReports } from "../../notify/reports";
import { number, text } from "../../text";
import { useChat } from "../chat";
import { isHere } from "../names";
import { Avatar } from "../parts/avatar";
import { Badge } from "../parts/badge";
import { IconButton } from "../parts/button";
import {
	DoorIcon,
	KeyboardIcon,
	LinkIcon,
	PersonIcon,
	SearchIcon,
	SettingsIcon,
	ShieldIcon,
	TextIcon,
} from "../parts/icons";
import { Menu } from "../parts/menu";
import { openScreen } from "../screens/screen";
import { RoomList } from "./room_list";
import { OwnersNotice } from "./wire";

export function Side({ current }: { current: string | null }) {
	const words = text.value.conversation;
	return (
		<div class="side">
			<ServerHead />
			{/* On a phone, where the room's own one is hidden. */}
			<div role="status" class="wire">
				<OwnersNotice />
			</div>
			<button type="button" class="jump" onClick={() => openScreen({ is: "palette" })}>
				<SearchIcon />
				<span>{words.jump}</span>
				<kbd>{/Mac/.test(navigator.userAgent) ? "⌘K" : words.jumpKeys}</kbd>
			</button>
			<RoomList current={current} />
			<Myself />
		</div>
	);
}

function ServerHead() {
	const chat = useChat();
	const words = text.value.conversation;
	const joined = chat.link.value.is === "joined";
	const here = chat.people.value.filter(isHere).length;
	return (
		<header class="server">
			<img class="logo" src="icon.svg" alt="" width="30" height="30" />
			<div class="server-name">
				<h1 class="ellipsis" title={chat.server.value?.NAME}>
					{chat.server.value?.NAME ?? words.muca}
				</h1>
				<small class="link-state" data-joined={joined}>
					{joined ? words.here(here, number(here)) : words.notConnected}
				</small>
			</div>
		</header>
	);
}

function Myself() {
	const chat = useChat();
	const words = text.value.conversation;
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);
	const me = chat.me.value;
	if (!me) return null;
	const joined = chat.link.value.is === "joined";
	const away = joined && chat.person(me.uid).presence === "away";
	const presence = joined ? (away ? "away" : "here") : "gone";
	const waiting = openReports.value > 0 && (
		<Badge count={openReports.value} hot label={text.value.screens.server.openReports(openReports.value)} />
	);
	const oversees = me.role === "owner" || me.role === "moderator";
	return (
		<footer class="me">
			<button
				type="button"
				class="me-button"
				aria-haspopup="menu"
				aria-expanded={anchor !== null}
				onClick={(event) => setAnchor(anchor === null ? event.currentTarget : null)}
			>
				<Avatar person={{ ...me, presence }} size="small" presence />
				<span class="me-name">
					<b class="ellipsis">
						<bdi>{me.nickname}</bdi>
					</b>
					<small class="ellipsis">{joined ? (away ? words.youAreAway : me.uid) : words.notConnected}</small>
				</span>
				{waiting}
			</button>
			<IconButton icon={SettingsIcon} label={words.settings} onClick={() => openScreen({ is: "settings" })} />
			{anchor && (
				<Menu
					anchor={anchor}
					label={words.you}
					onClose={() => setAnchor(null)}
					items={[
						{ label: away ? words.comeBack : words.goAway, icon: PersonIcon, onPick: () => chat.setAway(!away) },
						{ label: words.share, icon: LinkIcon, onPick: () => openScreen({ is: "share" }) },
						{ label: words.keys, icon: KeyboardIcon, onPick: () => openScreen({ is: "keys" }) },
						{ label: words.formatting, icon: TextIcon, onPick: () => openScreen({ is: "formatting" }) },
						oversees && {
							label: words.overseeServer,
							icon: ShieldIcon,
							badge: waiting,
							onPick: () => openScreen({ is: "server", ...(waiting && { page: "reports" }) }),
						},
						"line",
						{ label: words.leave, icon: DoorIcon, onPick: () => void chat.leave() },
					]}
				/>
			)}
		</footer>
	);
}
