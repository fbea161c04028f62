/** The log of a conversation: its initial position, loading at both ends, and jumping to the newest message. */

import { signal } from "@preact/signals";
import type { RefObject, VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Conversation, Row } from "../../chat/chat";
import { NEW_KEY } from "../../chat/rows";
import { number, text } from "../../text";
import type { Seq } from "../../wire/words";
import { useChat } from "../chat";
import { roomName, roomReach } from "../names";
import { Button, words as names } from "../parts/button";
import { ArrowDownIcon, ArrowUpIcon } from "../parts/icons";
import { RoomSign } from "../parts/sign";
import { Spinner } from "../parts/spinner";
import { toastError } from "../parts/toast";
import { roomOf } from "../room_of";
import { copyRows } from "./copying";
import { List, type Place, type View } from "./list";
import { RowLine } from "./row";
import { firstUnread, seenTo, type Where, whereNew } from "./unread";

/** The last place in each conversation, while the page is open. */
const left = new WeakMap<Conversation, Place>();

export type LogList = List<Row>;

interface LogProps {
	conversation: Conversation;
	list: RefObject<LogList | null>;
	/** The row that was jumped to. */
	marked: string | null;
	/** The user sees the messages, and they are the requested ones. */
	looking: boolean;
	/** Esc was pressed. */
	onLeave: () => void;
}

export function Log({ conversation, list, marked, looking, onLeave }: LogProps) {
	const chat = useChat();
	const words = text.value.conversation;
	const rows = conversation.rows.value;
	const room = roomOf(conversation, chat);
	const complete = !conversation.hasNewer.value;
	const [atEnd, setAtEnd] = useState(false);
	const [where, setWhere] = useState<Where | null>(null);
	const drawing = useMemo(() => new Drawing(), []);
	drawing.marked.value = marked;

	// Start at the unread messages, or else at the last place.
	const place = useMemo(
		() => (conversation.newAfter.peek() === null ? left.get(conversation) : undefined) ?? "end",
		[conversation],
	);
	const latest = useRef<View | null>(null);
	/** The position of “New” when the user saw it. */
	const found = useRef<Seq | null>(null);
	const view = (now: View) => {
		latest.current = now;
		left.set(conversation, now.place);
		setAtEnd(now.atEnd);
		const newAfter = conversation.newAfter.peek();
		const newIs = now.seen && whereNew(rows, now.seen, newAfter, !complete);
		setWhere(newIs);
		if (looking) {
			if (newIs === "here") found.current = newAfter;
			conversation.seen(now.seen && seenTo(rows, now.seen));
		}
		readOn(conversation, now);
	};
	// A page that was requested while another one was loading.
	const { value: loading } = conversation.loading;
	useEffect(() => {
		if (loading === null && latest.current) readOn(conversation, latest.current);
	}, [conversation, loading]);
	useEffect(() => (looking ? () => conversation.seen(null) : undefined), [conversation, looking]);
	const offersNew = where === "above" && found.current !== conversation.newAfter.value;

	const toNewest = async () => {
		if (!complete) await conversation.jumpToNewest();
		list.current?.goToEnd();
	};
	const toNew = async () => {
		const key = await conversation.jumpToNew();
		list.current?.goTo(conversation.rows.peek().some((row) => row.key === NEW_KEY) ? NEW_KEY : key);
	};
	const unread = room?.unread ?? 0;

	return (
		// biome-ignore lint/a11y/noStaticElementInteractions: keys come from the log and its messages
		<div class="log-frame" onKeyDown={(event) => moveByKeys(event, onLeave)} onCopy={(event) => copyRows(event, rows)}>
			<List
				ref={list}
				rows={rows}
				draw={drawing.draw}
				estimate={estimate}
				isSteady={isSteady}
				before={<Beginning conversation={conversation} />}
				complete={complete}
				label={words.messages}
				place={place}
				firstUnread={() => firstUnread(rows, conversation.readTo.peek())}
				onView={view}
			/>
			{offersNew && (
				<Button class="jump-to above" icon={ArrowUpIcon} onClick={() => toNew().catch(toastError)}>
					{words.toFirstUnread}
				</Button>
			)}
			{(!atEnd || !complete) && rows.length > 0 && (
				<Button
					class={names("jump-to", unread > 0 && "unread")}
					icon={ArrowDownIcon}
					onClick={() => (where === "below" ? toNew() : toNewest()).catch(toastError)}
				>
					{unread > 0 ? words.newMessages(unread, number(unread)) : words.toNewest}
				</Button>
			)}
		</div>
	);
}

function readOn(conversation: Conversation, { nearStart, nearEnd }: View): void {
	if (conversation.trouble.value !== null) return;
	if (nearStart && conversation.hasOlder.value) void conversation.loadOlder();
	if (nearEnd && conversation.hasNewer.value) void conversation.loadNewer();
}

/** Renders rows. An unchanged row returns the same element, so it is not rendered again. */
class Drawing {
	readonly marked = signal<string | null>(null);
	private readonly drawn = new WeakMap<Row, VNode>();

	readonly draw = (row: Row): VNode => {
		const element = this.drawn.get(row) ?? <RowLine row={row} marked={this.marked} />;
		this.drawn.set(row, element);
		return element;
	};
}

const isSteady = ({ is }: Row): boolean => is === "message" || is === "notice";

const LINE_HEIGHT = 22;
const LINE_CHARS = 80;

function estimate(row: Row): number {
	if (row.is !== "message") return 40;
	const { text: said, files, reactions, replyTo } = row.message;
	const lines = Math.max(1, Math.ceil(said.length / LINE_CHARS), said.split("\n").length);
	return (
		(row.head ? 34 : 6) +
		lines * LINE_HEIGHT +
		files.length * 70 +
		(reactions.length > 0 ? 32 : 0) +
		(replyTo === null ? 0 : 24)
	);
}

/** Above the first row: loading, an error, or the beginning of the conversation. */
function Beginning({ conversation }: { conversation: Conversation }) {
	const chat = useChat();
	const words = text.value.conversation;
	const trouble = conversation.trouble.value;
	const room = roomOf(conversation, chat);
	if (trouble !== null) {
		return (
			<div class="log-start trouble" role="alert">
				<p>{trouble}</p>
				<Button onClick={() => void conversation.loadOlder()}>{words.tryAgain}</Button>
			</div>
		);
	}
	if (conversation.hasOlder.value || conversation.loading.value === "around") {
		return (
			<div class="log-start">
				<Spinner label={words.loading} />
			</div>
		);
	}
	if (!room) return null;
	return (
		<div class="log-start first">
			<RoomSign room={room} />
			<h2>
				<bdi>{roomName(room)}</bdi>
			</h2>
			<p>
				{roomReach(room, chat)}{" "}
				{conversation.rows.value.length > 0 ? words.beginning : room.room.ARCHIVED ? "" : words.nothingYet}
			</p>
		</div>
	);
}

/** In the log, arrow up moves to the last visible message; then the arrow keys move between messages. Esc leaves the log. */
function moveByKeys(event: KeyboardEvent & { currentTarget: HTMLElement }, onLeave: () => void): void {
	if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
	if (event.key === "Escape") onLeave();
	const back = event.key === "ArrowUp";
	if (!back && event.key !== "ArrowDown") return;
	const focus = document.activeElement as HTMLElement;
	const all = Array.from(event.currentTarget.querySelectorAll<HTMLElement>("article"));
	const at = all.indexOf(focus);
	const inLog = focus.getAttribute("role") === "log";
	if (at < 0 && !inLog) return;
	const to = at >= 0 ? all[at + (back ? -1 : 1)] : lastInView(all, focus);
	if (!to) return;
	event.preventDefault();
	to.focus({ preventScroll: true });
	to.scrollIntoView({ block: "nearest" });
}

function lastInView(all: readonly HTMLElement[], log: HTMLElement): HTMLElement | undefined {
	const { bottom } = log.getBoundingClientRect();
	return all.findLast((article) => article.getBoundingClientRect().top < bottom - LINE_HEIGHT);
}
