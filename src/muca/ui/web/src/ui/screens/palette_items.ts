/** The items of the palette for a text. */

import type { Chat, Person, RoomView } from "../../chat/chat";
import { locale, longDate, text } from "../../text";
import { roomName } from "../names";
import { go, roomRoute, route } from "../route";
import { chooseTheme, theme } from "../theme";
import { parseDay } from "./days";
import { rank } from "./fuzzy";
import type { Marks } from "./marks";
import { openScreen, type Screen } from "./screen";

export type PaletteItem = {
	key: string;
	name: string;
	marks: Marks;
	/** How well it matches the text; higher is better. */
	score: number;
	/** Run it; the palette is already closed. */
	pick: () => unknown;
} & ({ is: "room"; room: RoomView } | { is: "person"; person: Person } | { is: "command" } | { is: "day" });

interface PaletteGroup {
	title: string;
	items: readonly PaletteItem[];
}

const ROOMS_MAX = 8;
const PEOPLE_MAX = 6;

export function paletteGroups(chat: Chat, written: string): PaletteGroup[] {
	const words = text.value.screens.find;
	const places = [
		{ title: words.rooms, items: rooms(chat, written) },
		{ title: words.people, items: people(chat, written) },
	];
	const groups = [
		{ title: words.dates, items: days(chat, written) },
		...places.sort((one, other) => best(other) - best(one)), // a person's exact name comes before a group that they are in
		{ title: words.commands, items: commands(chat, written) },
	];
	return groups.filter(({ items }) => items.length > 0);
}

const best = ({ items }: PaletteGroup): number => items[0]?.score ?? Number.NEGATIVE_INFINITY;

function rooms(chat: Chat, written: string): PaletteItem[] {
	// Unread ones first while the field is empty.
	const all = written.trim() ? chat.rooms.value : chat.rooms.value.toSorted(byWaiting);
	return rank(written, all, roomName)
		.slice(0, ROOMS_MAX)
		.map(({ one, marks, score }) => ({
			is: "room",
			key: `room ${one.id}`,
			name: roomName(one),
			marks,
			score,
			room: one,
			pick: () => go(roomRoute(one.id)),
		}));
}

const byWaiting = (one: RoomView, other: RoomView): number =>
	Number(other.mentions > 0) - Number(one.mentions > 0) || Number(other.unread > 0) - Number(one.unread > 0);

function people(chat: Chat, written: string): PaletteItem[] {
	if (written.trim() === "") return [];
	const me = chat.me.value?.uid;
	const others = chat.people.value.filter(({ uid }) => uid !== me);
	return rank(
		written,
		others,
		({ nickname }) => nickname,
		({ uid }) => uid,
	)
		.slice(0, PEOPLE_MAX)
		.map(({ one, marks, score }) => ({
			is: "person",
			key: `person ${one.uid}`,
			name: one.nickname,
			marks,
			score,
			person: one,
			pick: () => go(roomRoute(chat.to([one.uid]).id.value)),
		}));
}

function days(chat: Chat, written: string): PaletteItem[] {
	const ms = parseDay(written, locale.value);
	if (ms === null || ms > Date.now()) return [];
	const room = roomHere(chat);
	const name = text.value.screens.find.goToDay(longDate(ms), room ? roomName(room) : "");
	return [{ is: "day", key: "day", name, marks: [], score: 0, pick: () => goToDay(chat, room?.id ?? "lobby", ms) }];
}

async function goToDay(chat: Chat, room: string, ms: number): Promise<void> {
	const { EVENTS } = await chat.ask("HISTORY", { ROOM: room, AT: ms, LIMIT: 1 });
	go(roomRoute(room, { seq: EVENTS[0]?.SEQ ?? null }));
}

function commands(chat: Chat, written: string): PaletteItem[] {
	const words = text.value.screens.find;
	const me = chat.me.value;
	const oversees = me?.role === "owner" || me?.role === "moderator";
	const away = me !== null && chat.person(me.uid).presence === "away";
	const here = roomHere(chat);
	const open = (screen: Screen) => () => openScreen(screen);
	const all: [string, (() => unknown) | false][] = [
		[words.command.search, open({ is: "search", query: written.trim() })],
		[words.command.write, open({ is: "write" })],
		[words.command.browse, open({ is: "rooms" })],
		[words.command.create, open({ is: "create" })],
		[words.command.room, here ? open({ is: "room", room: here.id }) : false],
		[words.command.settings, open({ is: "settings" })],
		[words.command.notifications, open({ is: "settings", page: "notifications" })],
		[words.command.theme, switchTheme],
		[away ? words.command.back : words.command.away, () => chat.setAway(!away)],
		[words.command.server, oversees && open({ is: "server" })],
		[words.command.invitations, oversees && open({ is: "server", page: "invitations" })],
		[words.command.share, open({ is: "share" })],
		[words.command.keys, open({ is: "keys" })],
		[words.command.formatting, open({ is: "formatting" })],
		[words.command.leave, () => chat.leave()],
	];
	const offered = all.flatMap(([name, pick]) => (pick ? [{ name, pick }] : []));
	const found = rank(written, offered, ({ name }) => name).map(
		({ one, marks, score }): PaletteItem => ({ is: "command", key: `command ${one.name}`, marks, score, ...one }),
	);
	if (written.trim() === "") return found;
	const search = open({ is: "search", query: written.trim() });
	const name = words.searchFor(written.trim());
	return [...found, { is: "command", key: "search", name, marks: [], score: 0, pick: search }];
}

/** Switch to the other theme. */
function switchTheme(): void {
	const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
	const shown = theme.value === "system" ? system : theme.value;
	chooseTheme(shown === "dark" ? "light" : "dark");
}

function roomHere(chat: Chat): RoomView | null {
	const { value } = route;
	const id = value.is === "room" ? value.room : "lobby";
	return chat.rooms.value.find((room) => room.id === id) ?? null;
}
