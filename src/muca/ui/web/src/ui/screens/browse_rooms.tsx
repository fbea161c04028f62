/** The rooms of the server that the user may see: to join or open them, or to create one. */

import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../../chat/chat";
import { text } from "../../text";
import type { Room } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { AddIcon, InfoIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { useAnswer, useDeed } from "./asking";
import { FindField } from "./find_field";
import { Notice } from "./notice";
import { RoomRow } from "./room_row";
import { closeScreen, openScreen } from "./screen";
import { Trouble } from "./trouble";
import "./lists.css";

export function BrowseRooms() {
	const words = text.value.screens.rooms;
	const guest = useChat().me.value?.role === "guest";
	return (
		<Dialog
			title={words.browse}
			onClose={closeScreen}
			wide
			class="tall"
			actions={
				!guest && (
					<Button look="accent" icon={AddIcon} onClick={() => openScreen({ is: "create" })}>
						{words.create}
					</Button>
				)
			}
		>
			<div class="stack">
				{guest && (
					<Notice icon={InfoIcon}>
						<p>{words.guest}</p>
					</Notice>
				)}
				<Directory first />
			</div>
		</Dialog>
	);
}

interface Found {
	rooms: readonly Room[];
	next: string | undefined;
}

const PAUSE_MS = 250;

async function read(chat: Chat, match: string, after?: string): Promise<Found> {
	const { ROOMS, NEXT } = await chat.ask("ROOMS", { ...(match && { MATCH: match }), ...(after && { AFTER: after }) });
	return { rooms: ROOMS, next: NEXT };
}

/** `first`: its field has the focus when the dialog opens. */
export function Directory({ first = false }: { first?: boolean }) {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const [written, setWritten] = useState("");
	const [asked, setAsked] = useState("");
	useEffect(() => {
		const later = setTimeout(setAsked, PAUSE_MS, written.trim());
		return () => clearTimeout(later);
	}, [written]);
	const { value, trouble, again, set } = useAnswer<Found>(() => read(chat, asked), [asked]);
	const more = useDeed();

	return (
		<>
			<FindField
				label={words.filter}
				first={first}
				value={written}
				onChange={setWritten}
				maxLength={chat.limits.value.TITLE_CHARS_MAX}
			/>
			<Trouble words={trouble} onAgain={again} />
			{!value && trouble === null && <Spinner label={text.value.screens.all.loading} />}
			{value?.rooms.length === 0 &&
				(asked ? (
					<p class="muted" role="status">
						{words.noneFound}
					</p>
				) : (
					<div class="empty">
						<h2>{words.none}</h2>
						<p>{words.noneText}</p>
					</div>
				))}
			<ul class="rows" aria-label={words.browse}>
				{value?.rooms.map((room) => (
					<RoomRow key={room.ROOM} room={room} />
				))}
			</ul>
			<Trouble words={more.trouble?.message} />
			{value?.next !== undefined && (
				<Button
					busy={more.busy}
					onClick={() =>
						more.run(async () => {
							const page = await read(chat, asked, value.next);
							set((now) => ({ rooms: [...now.rooms, ...page.rooms], next: page.next }));
						})
					}
				>
					{words.more}
				</Button>
			)}
		</>
	);
}
