import { text } from "../../text";
import type { Room } from "../../wire/words";
import { useChat } from "../chat";
import { Button, IconButton } from "../parts/button";
import { InfoIcon } from "../parts/icons";
import { RoomSign } from "../parts/sign";
import { toastError } from "../parts/toast";
import { go, roomRoute } from "../route";
import { useDeed } from "./asking";
import { rightsIn } from "./rights";
import { closeScreen, openScreen } from "./screen";

/** A room of the directory. */
export function RoomRow({ room }: { room: Room }) {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const { run, busy } = useDeed();
	const { enter, moderate } = rightsIn(room, chat.me.value?.role ?? "guest");
	const inIt = room.ENTERED !== false;
	const open = () => {
		closeScreen();
		go(roomRoute(room.ROOM));
	};
	const about = [
		room.PRIVATE && words.private,
		room.ARCHIVED && words.archived,
		inIt && words.entered,
		room.TOPIC,
	].filter(Boolean);
	return (
		<li>
			<RoomSign room={{ kind: room.KIND, reach: "ROOM", title: room.TITLE ?? "", others: [], room }} />
			<span class="who">
				<b>
					<bdi>{room.TITLE}</bdi>
				</b>
				<small>
					<bdi>{about.join(" · ")}</bdi>
				</small>
			</span>
			{(inIt || moderate) && (
				<IconButton
					icon={InfoIcon}
					label={words.aboutRoom(room.TITLE ?? "")}
					onClick={() => openScreen({ is: "room", room: room.ROOM, found: room })}
				/>
			)}
			{enter ? (
				<Button
					busy={busy}
					aria-label={words.enterRoom(room.TITLE ?? "")}
					onClick={() => run(() => chat.ask("ENTER", { ROOM: room.ROOM }).then(open, toastError))}
				>
					{words.enter}
				</Button>
			) : (
				<Button aria-label={words.openRoom(room.TITLE ?? "")} onClick={open}>
					{text.value.screens.all.open}
				</Button>
			)}
		</li>
	);
}
