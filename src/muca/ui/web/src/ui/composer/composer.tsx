/** The composer: recipients, text, files. */

import type { Ref } from "preact";
import { useCallback, useImperativeHandle, useRef, useState } from "preact/hooks";
import type { Conversation, RoomView, Writing } from "../../chat/chat";
import { EMPTY_DRAFT, rewritten } from "../../chat/drafts";
import { text } from "../../text";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Button, IconButton } from "../parts/button";
import { useSecondsUntil } from "../parts/clock";
import { AttachIcon, SendIcon, SmileIcon } from "../parts/icons";
import { roomOf } from "../room_of";
import { Attachments } from "./attachments";
import { endEdit, saveEdit } from "./draft";
import { useEditLast } from "./edit_last";
import { EmojiPicker } from "./emoji_picker";
import { Field, type FieldHandle } from "./field";
import { placesOf } from "./meant";
import { ObstacleLine } from "./obstacle";
import { freeAgainAt, obstacleIn } from "./obstacles";
import { Strip } from "./strip";
import { ToLine } from "./to_line";
import { attach, attachmentsOf, takeAttachments } from "./uploads";

export interface ComposerHandle {
	focus(): void;
}

interface ComposerProps {
	ref: Ref<ComposerHandle>;
	conversation: Conversation;
	/** Called after sending, to show the message. */
	onSent: () => void;
}

/** Remaining characters at which the counter appears. */
const NEAR_LIMIT = 300;

export function Composer({ ref, conversation, onSent }: ComposerProps) {
	const chat = useChat();
	const words = text.value.conversation;
	const field = useRef<FieldHandle>(null);
	const chooser = useRef<HTMLInputElement>(null);
	const [emojiAnchor, setEmojiAnchor] = useState<HTMLElement | null>(null);
	const closeEmoji = useCallback(() => setEmojiAnchor(null), []);
	const draft = conversation.draft.value;
	const room = roomOf(conversation, chat);
	const me = chat.me.value;
	const obstacle = room && me && obstacleIn(room, me, Date.now());
	const slow = useSecondsUntil(room && me ? freeAgainAt(room, conversation.rows.value, me) : 0);
	const { edit } = draft;
	const { text: written, names } = edit ?? draft;
	const left = chat.limits.value.TEXT_CHARS_MAX - [...written].length;
	const uploads = attachmentsOf(conversation).value.map(({ upload }) => upload?.state.value.is);
	const missing = edit === null && uploads.includes("failed");
	const empty = written.trim() === "" && (edit !== null || uploads.length === 0);
	const sendable = !empty && left >= 0 && !missing && (edit !== null || slow === 0);

	const cancel = () => {
		if (edit) endEdit(conversation);
		else conversation.draft.value = { ...draft, replyTo: null };
	};
	const editLast = useEditLast(conversation, written === "");
	const send = () => {
		if (!sendable) return;
		const said = trimmed(written);
		const mentions = placesOf(said, names);
		if (edit) {
			void saveEdit(conversation, { ...edit, text: said }, mentions);
			return;
		}
		conversation.draft.value = EMPTY_DRAFT;
		conversation.send(said, { replyTo: draft.replyTo, files: takeAttachments(conversation), mentions });
		onSent();
	};
	const write = (now: Partial<Writing>) => {
		conversation.draft.value = rewritten(conversation.draft.value, now);
	};
	useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }));

	if (!room) return null; // unknown or missing room: nobody should write without seeing the recipients
	if (obstacle) return <ObstacleLine obstacle={obstacle} room={room} />;
	return (
		<form
			class="composer"
			aria-label={words.write}
			onSubmit={(event) => {
				event.preventDefault();
				send();
				field.current?.focus();
			}}
		>
			<ToLine conversation={conversation} />
			<Strip conversation={conversation} onCancel={cancel} />
			<Attachments conversation={conversation} />
			<div class="box">
				<Field
					ref={field}
					value={written}
					room={room}
					label={writeLabel(room)}
					onInput={(value) => {
						write({ text: value });
						if (!edit && value !== "") conversation.typing();
					}}
					onPick={({ put, means }) => {
						if (means) write({ names: { ...names, [put]: [means] } });
					}}
					onSend={send}
					onBring={(brought) => attach(chat, conversation, brought)}
					onUp={editLast}
					onEscape={cancel}
				/>
				<IconButton
					class="emoji-button"
					icon={SmileIcon}
					label={words.emoji.title}
					aria-expanded={emojiAnchor !== null}
					onClick={(event) => setEmojiAnchor(emojiAnchor === null ? event.currentTarget : null)}
				/>
				<IconButton
					icon={AttachIcon}
					label={words.upload.choose}
					disabled={edit !== null}
					onClick={() => chooser.current?.click()}
				/>
				<input
					ref={chooser}
					class="chooser"
					type="file"
					multiple
					tabIndex={-1}
					aria-hidden="true"
					onChange={({ currentTarget }) => {
						attach(chat, conversation, { files: Array.from(currentTarget.files ?? []), folders: [] });
						currentTarget.value = "";
						field.current?.focus();
					}}
				/>
				<Button look="accent" class="send" icon={SendIcon} type="submit" disabled={!sendable}>
					<span>{edit ? words.save : words.send}</span>
				</Button>
			</div>
			<p class="composer-note" role="status">
				{left < NEAR_LIMIT && (
					<span class={left < 0 ? "wrong" : ""}>{left < 0 ? words.tooLong(-left) : words.charsLeft(left)}</span>
				)}
				{missing && <span class="wrong">{words.upload.missing}</span>}
				{slow > 0 && !edit && <span>{words.slow(slow)}</span>}
			</p>
			{emojiAnchor && (
				<EmojiPicker
					anchor={emojiAnchor}
					onClose={closeEmoji}
					onPick={(emoji) => {
						closeEmoji();
						field.current?.insert(emoji);
					}}
				/>
			)}
		</form>
	);
}

/** Without invisible characters at both ends. The first line keeps its indentation. */
const trimmed = (said: string): string => said.replace(/^\s*\n/u, "").trimEnd();

function writeLabel(room: RoomView): string {
	const { writeToEveryone, writeIn, writeToName } = text.value.conversation;
	if (room.kind === "lobby") return writeToEveryone;
	return room.kind === "named" ? writeIn(roomName(room)) : writeToName(room.title);
}
