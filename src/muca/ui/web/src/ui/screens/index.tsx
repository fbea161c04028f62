/** The screens above the conversation. Each is loaded when it is first opened. */

import type { FunctionComponent } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useLayoutEffect } from "preact/hooks";
import { useChat } from "../chat";
import { pressedAnywhere } from "./hotkeys";
import { NotLoaded } from "./not_loaded";
import { closeScreen, type Screen, screen } from "./screen";

/** The props of a screen: the fields of its kind. */
type Shows<Is extends Screen["is"]> = FunctionComponent<Omit<Extract<Screen, { is: Is }>, "is">>;

const loaded = <Is extends Screen["is"]>(load: () => Promise<Shows<Is>>) =>
	lazy(() => load().catch((): Shows<Is> => NotLoaded)) as Shows<Is>;

const SCREENS: { [Is in Screen["is"]]: Shows<Is> } = {
	palette: loaded<"palette">(async () => (await import("./palette")).Palette),
	search: loaded<"search">(async () => (await import("./search")).Search),
	rooms: loaded<"rooms">(async () => (await import("./browse_rooms")).BrowseRooms),
	create: loaded<"create">(async () => (await import("./create_room")).CreateRoom),
	write: loaded<"write">(async () => (await import("./write_to")).WriteTo),
	room: loaded<"room">(async () => (await import("./room")).RoomScreen),
	invite: loaded<"invite">(async () => (await import("./invite")).InviteScreen),
	person: loaded<"person">(async () => (await import("./person")).PersonScreen),
	report: loaded<"report">(async () => (await import("./report")).ReportScreen),
	settings: loaded<"settings">(async () => (await import("./settings")).Settings),
	server: loaded<"server">(async () => (await import("./server")).ServerScreen),
	share: loaded<"share">(async () => (await import("./share")).Share),
	keys: loaded<"keys">(async () => (await import("./keys")).Keys),
	formatting: loaded<"formatting">(async () => (await import("./formatting")).Formatting),
};

export function Screens() {
	const chat = useChat();
	// Before the first paint, so that shortcuts work as soon as the page is visible.
	useLayoutEffect(() => {
		const pressed = (event: KeyboardEvent) => pressedAnywhere(event, chat);
		document.addEventListener("keydown", pressed);
		return () => {
			document.removeEventListener("keydown", pressed);
			closeScreen();
		};
	}, [chat]);
	const open = screen.value;
	if (!open) return null;
	const { is, ...fields } = open;
	const Shown = SCREENS[is] as FunctionComponent<typeof fields>;
	return (
		<Suspense fallback={null}>
			<Shown key={JSON.stringify(open)} {...fields} />
		</Suspense>
	);
}
