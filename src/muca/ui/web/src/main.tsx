import { computed } from "@preact/signals";
import { render } from "preact";
import type { Chat } from "./chat/chat";
import { createChat } from "./chat/create";
import { startNotifying } from "./notify/notify";
import { startWatchingReports } from "./notify/reports";
import { startWorker } from "./pwa/update";
import "./style/index.css";
import { startLanguage } from "./text";
import { startToday } from "./text/today";
import { App } from "./ui/app";
import { ChatProvider } from "./ui/chat";
import { startComingBack } from "./ui/comeback";
import { roomName } from "./ui/names";
import { leaveKeysToInputMethods } from "./ui/parts/input_method";
import { isPhone } from "./ui/parts/screen";
import { route, startRouting } from "./ui/route";
import { showTheme } from "./ui/theme";

function start(chat: Chat, page: HTMLElement): void {
	leaveKeysToInputMethods();
	startRouting({ underlay: isPhone() });
	startNotifying(
		chat,
		computed(() => roomShown(chat)),
	);
	startWatchingReports(chat);
	startWorker(chat);
	startComingBack(chat);
	render(
		<ChatProvider value={chat}>
			<App />
		</ChatProvider>,
		page,
	);
}

/** The name of the open room, for the page's title. Beside the list of rooms, wide pages show the lobby. */
function roomShown(chat: Chat): string | null {
	const here = route.value;
	const id = here.is === "room" ? here.room : isPhone() ? null : "lobby";
	const room = chat.rooms.value.find((each) => each.id === id);
	return room ? roomName(room) : null;
}

showTheme();
startToday();
await startLanguage();
const page = document.getElementById("page");
const isDemo = import.meta.env.DEV && new URLSearchParams(location.search).has("demo");
if (page) start(createChat(isDemo ? (await import("./demo/world")).demoWorld() : undefined), page);
