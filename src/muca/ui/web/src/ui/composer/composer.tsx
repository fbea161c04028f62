/** Where one writes: to whom, what, with which files. */

import type { Ref } from "preact";
import { useCallback, useImperativeHandle, useRef, useState } from "preact/hooks";
import type { Conversation, Draft, MessageView, RoomView } from "../../chat/chat";
import { EMPTY_DRAFT } from "../../chat/drafts";
import { text } from "../../text";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Button, IconButton } from "../parts/button";
import { useSecondsUntil } from "../parts/clock";
import { AttachIcon, SmileIcon } from "../parts/icons";
import { toastError } from "../parts/toast";
import { roomOf } from "../room_of";
import { Attachments } from "./attachments";
import { EmojiPicker } from "./emoji_picker";
import { Field, type FieldHandle } from "./field";
import { namesAt, placesOf } from "./meant";
import { ObstacleLine } from "./obstacle";
import { freeAgainAt, obstacleIn } from "./obstacles";
import { Strip } from "./strip";
import { ToLine } from "./to_line";
import { attach, attachmentsOf, takeAttachments } from "./uploads";

export interface ComposerHandle {
	focus(): void;
	/** Change a message that was sent. */
	edit(message: MessageView): void;
}

interface ComposerProps {
	ref: Ref<ComposerHandle>;
	conversation: Conversation;
	/** Something was sent: one wants to see it. */
	onSent: () => void;
}

/** From this many characters before the limit on, it is shown how many are left. */
const NEAR_LIMIT = 300;

export function Composer({ ref, conversation, onSent }: ComposerProps) {
	const chat = useChat();
	const words = text.value.conversation;
	const field = useRef<FieldHandle>(null);
	const chooser = useRef<HTMLInputElement>(null);
	/** What was being written when the change of another message came between. */
	const before = useRef<Draft>(EMPTY_DRAFT);
	const [emojiAnchor, setEmojiAnchor] = useState<HTMLElement | null>(null);
	const closeEmoji = useCallback(() => setEmojiAnchor(null), []);
	const draft = conversation.draft.value;
	const room = roomOf(conversation, chat);
	const me = chat.me.value;
	const obstacle = room && me && obstacleIn(room, me, Date.now());
	const slow = useSecondsUntil(room && me ? freeAgainAt(room, conversation.rows.value, me) : 0);
	const uploads = attachmentsOf(conversation).value.map(({ state }) => state.value.is);
	const editing = draft.editing !== null;
	const left = chat.limits.value.TEXT_CHARS_MAX - [...draft.text].length;
	const uploading = uploads.includes("under way") || uploads.includes("waiting");
	const missing = uploads.includes("failed");
	const empty = draft.text.trim() === "" && (editing || !uploads.includes("done"));
	const sendable = !empty && left >= 0 && !uploading && !missing && (editing || slow === 0);

	const cancel = () => {
		conversation.draft.value = editing ? before.current : { ...draft, replyTo: null };
		before.current = EMPTY_DRAFT;
	};
	const edit = (message: MessageView) => {
		if (!editing) before.current = draft;
		const names = namesAt(message.text, message.mentions);
		conversation.draft.value = { text: message.text, replyTo: null, editing: message.seq, names };
		field.current?.focus();
	};
	const editLast = () => {
		const last = conversation.rows.value.findLast(
			(row) => row.is === "message" && row.message.own && row.message.seq !== null && !row.message.deleted,
		);
		if (last?.is === "message") edit(last.message);
	};
	const send = () => {
		if (!sendable) return;
		const said = draft.text.trim();
		const mentions = placesOf(said, draft.names);
		if (draft.editing !== null) {
			conversation.edit(draft.editing, said, mentions).catch(toastError);
			cancel();
			return;
		}
		conversation.draft.value = EMPTY_DRAFT;
		conversation.send(said, { replyTo: draft.replyTo, files: takeAttachments(conversation), mentions });
		onSent();
	};
	useImperativeHandle(ref, () => ({ focus: () => field.current?.focus(), edit }));

	if (!room) return null; // not known yet, or not there: nobody should write without seeing to whom
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
					value={draft.text}
					room={room}
					label={writeLabel(room)}
					onInput={(value) => {
						conversation.draft.value = { ...conversation.draft.value, text: value };
						if (!editing && value !== "") conversation.typing();
					}}
					onPick={({ put, means }) => {
						if (means) conversation.draft.value = { ...draft, names: { ...draft.names, [put]: [means] } };
					}}
					onSend={send}
					onFiles={(files) => attach(chat, conversation, files)}
					onUp={editLast}
					onEscape={cancel}
				/>
				<IconButton
					icon={SmileIcon}
					label={words.emoji.title}
					aria-expanded={emojiAnchor !== null}
					onClick={(event) => setEmojiAnchor(emojiAnchor === null ? event.currentTarget : null)}
				/>
				<IconButton
					icon={AttachIcon}
					label={words.upload.choose}
					disabled={editing}
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
						attach(chat, conversation, Array.from(currentTarget.files ?? []));
						currentTarget.value = "";
						field.current?.focus();
					}}
				/>
				<Button look="accent" type="submit" disabled={!sendable}>
					{editing ? words.save : words.send}
				</Button>
			</div>
			<p class="composer-note" role="status">
				{left < NEAR_LIMIT && (
					<span class={left < 0 ? "wrong" : ""}>{left < 0 ? words.tooLong(-left) : words.charsLeft(left)}</span>
				)}
				{uploading && <span>{words.upload.wait}</span>}
				{missing && <span class="wrong">{words.upload.missing}</span>}
				{slow > 0 && !editing && <span>{words.slow(slow)}</span>}
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

function writeLabel(room: RoomView): string {
	const { writeToEveryone, writeIn, writeToName } = text.value.conversation;
	if (room.kind === "lobby") return writeToEveryone;
	return room.kind === "named" ? writeIn(roomName(room)) : writeToName(room.title);
}
