/** Notifies the user while they are not looking. Notifications are closed when their message is read on any device, or deleted. */

import { effect, type ReadonlySignal } from "@preact/signals";
import type { Chat, Heard, Missed } from "../chat/chat";
import { brief } from "../markdown/brief";
import { text } from "../text";
import { roomName } from "../ui/names";
import { roomRoute } from "../ui/route";
import type { RoomId, Seq } from "../wire/words";
import { pageTitle, showBadge } from "./badge";
import { startLooking } from "./looking";
import { close, show } from "./notifications";
import { isWanted, wantedOf } from "./rules";
import { playSound } from "./sound";
import { permission, wishes } from "./wishes";

const PREVIEW_CHARS = 200;
/** Maximum number of rooms named in one notification. */
const ROOMS_MAX = 4;
const MISSED = "missed";

/** Start notifying; `where`: the name of the open room, for the page's title. Returns a function to stop. */
export function startNotifying(chat: Chat, where: ReadonlySignal<string | null>): () => void {
	const looking = startLooking(() => chat.me.value?.uid);
	const told = new Told();
	/** Whether to notify now, which also plays the sound. */
	const isTime = async (): Promise<boolean> => {
		const uid = chat.me.value?.uid;
		if (uid === undefined || (await looking.asks(uid))) return false;
		if (wishes.value.sound) playSound();
		return permission.value === "granted";
	};
	const closeRead = (): void => void close((tag) => tag === MISSED || isRead(chat, tag));
	const stops = [
		looking.stop,
		effect(() => {
			document.title = pageTitle(chat.mentions.value, where.value);
			// Without the icon there is still the title.
			showBadge(chat.mentions.value).catch(console.info);
		}),
		effect(() => {
			for (const { id, room } of chat.rooms.value) told.read(id, room.READ ?? 0);
		}),
		chat.onMessage(async (heard) => {
			if (heard.is === "deleted") told.drop(heard);
			else if (told.has(heard)) told.change(heard);
			else if (isWanted(wishes.value, heard)) {
				told.add(heard);
				if (await isTime()) told.show(heard);
				else told.drop(heard);
			}
		}),
		chat.onMissed(async (missed) => {
			const wanted = missed.filter((each) => wantedOf(wishes.value, each) > 0);
			if (wanted.length > 0 && (await isTime())) showMissed(wanted);
		}),
		() => removeEventListener("focus", closeRead),
	];
	addEventListener("focus", closeRead);
	return () => {
		for (const stop of stops) stop();
	};
}

/** The messages with notifications, by tag, until they are read. */
class Told {
	private readonly all = new Map<string, { heard: Heard; isShown: boolean }>();

	has(heard: Heard): boolean {
		return this.all.has(tagOf(heard));
	}

	add(heard: Heard): void {
		this.all.set(tagOf(heard), { heard, isShown: false });
	}

	/** Show its current state, unless it was read or deleted meanwhile. */
	show(heard: Heard): void {
		const told = this.all.get(tagOf(heard));
		if (!told) return;
		told.isShown = true;
		showMessage(told.heard);
	}

	change(heard: Heard): void {
		const told = this.all.get(tagOf(heard));
		if (!told) return;
		told.heard = heard;
		if (told.isShown) showMessage(heard);
	}

	drop(heard: Heard): void {
		this.close([tagOf(heard)]);
	}

	/** A room was read up to this SEQ, on any device. */
	read(room: RoomId, to: Seq): void {
		const isRead = ({ heard }: { heard: Heard }) => heard.room.id === room && heard.at <= to;
		this.close([...this.all].filter(([, told]) => isRead(told)).map(([tag]) => tag));
	}

	private close(tags: readonly string[]): void {
		const shown = tags.filter((tag) => this.all.get(tag)?.isShown);
		for (const tag of tags) this.all.delete(tag);
		if (shown.length > 0) void close((tag) => shown.includes(tag));
	}
}

function showMessage({ message, room }: Heard): void {
	const words = text.value.screens.notify;
	const title = room.kind === "direct" ? message.nickname : words.title(message.nickname, roomName(room));
	const body = brief(message.text, PREVIEW_CHARS) || words.files(message.files.length);
	void show(tagOf({ message, room }), title, body, roomRoute(room.id, { seq: message.seq }));
}

/** Two windows of the page share one notification. */
const tagOf = ({ message, room }: Pick<Heard, "message" | "room">): string => `${room.id}/${message.seq}`;

/** Also for notifications of a page that was closed. */
function isRead(chat: Chat, tag: string): boolean {
	const [id, seq] = tag.split("/");
	const room = chat.rooms.peek().find((each) => each.id === id)?.room;
	return Number(seq) <= (room?.READ ?? 0);
}

function showMissed(missed: readonly Missed[]): void {
	const words = text.value.screens.notify;
	const inRoom = (each: Missed) => {
		const count = wantedOf(wishes.value, each);
		return (count < each.unread ? words.mentionedIn : words.missedIn)(roomName(each.room), count);
	};
	const named = missed.slice(0, ROOMS_MAX).map(inRoom);
	const others = missed.length - named.length;
	const body = [...named, ...(others > 0 ? [words.missedElsewhere(others)] : [])].join("\n");
	const first = missed[0]?.room.id;
	if (first !== undefined) void show(MISSED, words.missed, body, roomRoute(first));
}
