/** One message: sender and time, quote, text, files, reactions, state. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { MessageView } from "../../chat/chat";
import { exactTime, text, timeOfDay } from "../../text";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { Button, words } from "../parts/button";
import { PinIcon } from "../parts/icons";
import { RoleTag } from "../parts/role_tag";
import { openScreen } from "../screens/screen";
import { Actions, type Opened } from "./actions";
import { Body } from "./body";
import { DeliveryFailure, DeliveryState } from "./delivery";
import { Files, WaitingFiles } from "./files";
import { useLongPress } from "./long_press";
import { Quote } from "./quote";
import { Reactions } from "./reactions";

interface MessageProps {
	message: MessageView;
	/** Whether it shows sender and time; otherwise they are those of the message above. */
	head: boolean;
	/** It was jumped to. */
	marked: boolean;
}

export function Message({ message, head, marked }: MessageProps) {
	const article = useRef<HTMLElement>(null);
	const [active, setActive] = useState(false);
	const [opened, setOpened] = useState<Opened>(null);
	const [unfolded, setUnfolded] = useState(false);
	const openMenu = (x: number, y: number) => setOpened({ is: "menu", anchor: { x, y } });
	const longPress = useLongPress(openMenu);
	useEffect(() => {
		if (marked) article.current?.focus({ preventScroll: true });
	}, [marked]);

	const { delivery, own, mentionsMe, reach } = message;
	if (message.ignored && !unfolded) return <Folded message={message} onUnfold={() => setUnfolded(true)} />;
	return (
		<article
			ref={article}
			class={words(
				"message",
				head && "head",
				own && "own",
				mentionsMe && !own && "mention",
				marked && "marked",
				opened && "active",
				delivery.is !== "stored" && "waiting",
			)}
			data-reach={reach}
			aria-label={text.value.conversation.messageOf(message.nickname, timeOfDay(message.ts))}
			tabIndex={-1}
			onPointerEnter={({ pointerType }) => pointerType === "mouse" && setActive(true)}
			onPointerLeave={() => setActive(false)}
			onFocusIn={() => setActive(true)}
			onFocusOut={(event) => {
				if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setActive(false);
			}}
			onContextMenu={(event) => {
				if (isForBrowser(event)) return;
				event.preventDefault();
				openMenu(event.clientX, event.clientY);
			}}
			{...longPress}
		>
			<div class="gutter">
				{head ? <Avatar person={{ uid: message.from, nickname: message.nickname }} /> : <Time message={message} />}
			</div>
			<div class="main">
				{head && <Head message={message} />}
				{message.replyTo !== null && <Quote seq={message.replyTo} />}
				{message.deleted ? (
					<p class="deleted">{text.value.conversation.deleted}</p>
				) : (
					<div class="said">
						{message.text !== "" && <Body message={message} />}
						<Marks message={message} head={head} />
					</div>
				)}
				{message.files.length > 0 && <Files message={message} />}
				{message.waiting.length > 0 && <WaitingFiles files={message.waiting} />}
				<DeliveryFailure message={message} />
				<Reactions message={message} />
			</div>
			<Actions message={message} active={active} opened={opened} onOpen={setOpened} />
		</article>
	);
}

function Head({ message }: { message: MessageView }) {
	const chat = useChat();
	const { reaches, you } = text.value.conversation;
	const person = chat.person(message.from);
	return (
		<header class="message-head">
			<button
				type="button"
				class="sender"
				title={message.from}
				tabIndex={-1}
				onClick={() => openScreen({ is: "person", uid: person.uid, room: message.room })}
			>
				<bdi>{message.nickname}</bdi>
			</button>
			{chat.hasNamesake(message.from) && (
				<small class="uid">
					<bdi>{message.from}</bdi>
				</small>
			)}
			<RoleTag role={person.role} />
			{message.own && <span class="whom">{you}</span>}
			<Time message={message} />
			{(message.reach === "PRIVATE" || message.reach === "GROUP") && <span class="tag">{reaches[message.reach]}</span>}
			<DeliveryState message={message} />
		</header>
	);
}

function Time({ message: { ts } }: { message: MessageView }) {
	return (
		<time class="when" dateTime={new Date(ts).toISOString()} title={exactTime(ts)}>
			{timeOfDay(ts)}
		</time>
	);
}

/** After the text: edited, pinned, and its state if there is no head. */
function Marks({ message, head }: { message: MessageView; head: boolean }) {
	const { edited, pinned } = text.value.conversation;
	return (
		<>
			{message.edited && <span class="state">{edited}</span>}
			{message.pinned && (
				<span class="state pinned" title={pinned}>
					<PinIcon />
					<span class="unseen">{pinned}</span>
				</span>
			)}
			{!head && <DeliveryState message={message} />}
		</>
	);
}

function Folded({ message, onUnfold }: { message: MessageView; onUnfold: () => void }) {
	const { ignoredMessage, show } = text.value.conversation;
	return (
		<p class="happening">
			{ignoredMessage(message.nickname)}{" "}
			<Button look="link" onClick={onUnfold}>
				{show}
			</Button>
		</p>
	);
}

/** Links, images (except on touch devices) and selected text have the browser's own menu; Shift opens it everywhere. */
function isForBrowser(event: MouseEvent): boolean {
	const target = event.target as Element;
	const isTouched = "pointerType" in event && event.pointerType === "touch";
	const others = isTouched ? "a, video, audio, pre" : "a, img, video, audio, pre";
	return event.shiftKey || target.closest(others) !== null || !getSelection()?.isCollapsed;
}
