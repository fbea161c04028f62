/** A room: information and settings. */

import { text } from "../../text";
import type { Room, RoomId } from "../../wire/words";
import { useChat } from "../chat";
import { roomName } from "../names";
import { BanIcon, ClockIcon, FlagIcon, InfoIcon, PeopleIcon, SettingsIcon } from "../parts/icons";
import { Bans } from "./bans";
import { Log } from "./log";
import { Members } from "./members";
import { Paged, type PagedPart } from "./paged";
import { Reports } from "./reports";
import { rightsIn } from "./rights";
import { RoomAbout } from "./room_about";
import { RoomSettingsForm } from "./room_settings";
import type { RoomPage } from "./screen";

interface RoomScreenProps {
	room: RoomId;
	page?: RoomPage;
	found?: Room;
}

export function RoomScreen({ room: id, page, found }: RoomScreenProps) {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const view = chat.rooms.value.find((each) => each.id === id);
	const room = view?.room ?? found;
	if (!room) return null; // left meanwhile
	const rights = rightsIn(room, chat.me.value?.role ?? "guest");
	const named = room.KIND === "named";
	const parts: (PagedPart<RoomPage> | false)[] = [
		{ name: "about", title: words.about, icon: InfoIcon, shows: () => <RoomAbout room={room} view={view} /> },
		(named || room.KIND === "lobby") && {
			name: "members",
			title: named ? words.members : text.value.screens.people.readable,
			icon: PeopleIcon,
			shows: () => <Members room={room} />,
		},
		(rights.set || rights.archive || rights.keep) && {
			name: "settings",
			title: words.settings,
			icon: SettingsIcon,
			shows: () => <RoomSettingsForm room={room} rights={rights} />,
		},
		rights.moderate && { name: "reports", title: words.reports, icon: FlagIcon, shows: () => <Reports room={id} /> },
		rights.moderate && named && { name: "bans", title: words.bans, icon: BanIcon, shows: () => <Bans room={id} /> },
		rights.moderate && { name: "log", title: words.log, icon: ClockIcon, shows: () => <Log room={id} /> },
	];
	return (
		<Paged
			title={view ? roomName(view) : (room.TITLE ?? "")}
			label={words.pages}
			parts={parts.filter((part) => part !== false)}
			first={page}
		/>
	);
}
