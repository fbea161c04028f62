/** The administration of the server, for owners and moderators. */

import { openReports } from "../../notify/reports";
import { text } from "../../text";
import { Badge } from "../parts/badge";
import { BanIcon, ChartIcon, ClockIcon, FlagIcon, HashIcon, LinkIcon, PeopleIcon } from "../parts/icons";
import { Bans } from "./bans";
import { Directory } from "./browse_rooms";
import { Invitations } from "./invitations";
import { Log } from "./log";
import { Members } from "./members";
import { Numbers } from "./numbers";
import { Paged, type PagedPart } from "./paged";
import { Reports } from "./reports";
import type { ServerPage } from "./screen";

export function ServerScreen({ page }: { page?: ServerPage }) {
	const words = text.value.screens.server;
	const waiting = openReports.value;
	const parts: PagedPart<ServerPage>[] = [
		{ name: "people", title: words.people, icon: PeopleIcon, shows: () => <Members room={null} /> },
		{
			name: "reports",
			title: words.reports,
			icon: FlagIcon,
			badge: waiting > 0 && <Badge count={waiting} hot label={words.openReports(waiting)} />,
			shows: () => <Reports room={null} />,
		},
		{ name: "bans", title: words.bans, icon: BanIcon, shows: () => <Bans room={null} /> },
		{ name: "invitations", title: words.invitations, icon: LinkIcon, shows: () => <Invitations /> },
		{ name: "rooms", title: words.rooms, icon: HashIcon, shows: () => <Directory /> },
		{ name: "log", title: words.log, icon: ClockIcon, shows: () => <Log room={null} /> },
		{ name: "numbers", title: words.numbers, icon: ChartIcon, shows: () => <Numbers /> },
	];
	return <Paged title={words.title} label={words.pages} parts={parts} first={page} />;
}
