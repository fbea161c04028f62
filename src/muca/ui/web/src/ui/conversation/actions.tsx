/** The actions on a message: a bar beside the message under the pointer or with the focus, and a menu. */

import type { MessageView } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { EmojiPicker } from "../composer/emoji_picker";
import { IconButton } from "../parts/button";
import { copy } from "../parts/clipboard";
import { type Anchor, Floating } from "../parts/floating";
import {
	CopyIcon,
	EditIcon,
	EyeIcon,
	FlagIcon,
	LinkIcon,
	MoreIcon,
	PinIcon,
	ReplyIcon,
	SmileAddIcon,
	TrashIcon,
	UnreadIcon,
} from "../parts/icons";
import { Menu, type MenuItems } from "../parts/menu";
import { toastError } from "../parts/toast";
import { roomOf } from "../room_of";
import { permalink } from "../route";
import { openScreen } from "../screens/screen";
import { type MessageRights, messageRights } from "./message_rights";
import { usePlace } from "./place";
import { useToggleReaction } from "./reactions";

const QUICK_EMOJI = ["👍", "❤️", "😄", "🎉", "😮", "🙏"];

/** The open menu or picker of a message. */
export type Opened = { is: "menu" | "quick" | "picker"; anchor: Anchor } | null;

interface ActionsProps {
	message: MessageView;
	/** Whether the bar is shown. */
	active: boolean;
	opened: Opened;
	onOpen: (opened: Opened) => void;
}

export function Actions({ message, active, opened, onOpen }: ActionsProps) {
	const { reply, edit } = usePlace();
	const words = text.value.conversation.actions;
	const may = useRights(message);
	const items = useItems(message, opened, onOpen);
	const react = useToggleReaction(message);
	const close = () => onOpen(null);
	if (message.seq === null || message.deleted) return null;

	const pick = (emoji: string) => {
		close();
		react(emoji);
	};
	return (
		<>
			{(active || opened) && (
				<div class="actions" role="toolbar" aria-label={words.title}>
					{may.react && (
						<IconButton
							small
							icon={SmileAddIcon}
							label={words.react}
							aria-expanded={opened?.is === "quick"}
							onClick={(event) => onOpen(opened ? null : { is: "quick", anchor: event.currentTarget })}
						/>
					)}
					{may.write && <IconButton small icon={ReplyIcon} label={words.reply} onClick={() => reply(message)} />}
					{may.edit && <IconButton small icon={EditIcon} label={words.edit} onClick={() => edit(message)} />}
					<IconButton
						small
						icon={MoreIcon}
						label={words.more}
						aria-haspopup="menu"
						aria-expanded={opened?.is === "menu"}
						onClick={(event) => onOpen(opened ? null : { is: "menu", anchor: event.currentTarget })}
					/>
				</div>
			)}
			{opened?.is === "menu" && (
				<Menu anchor={opened.anchor} align="end" label={words.title} items={items} onClose={close} />
			)}
			{opened?.is === "quick" && (
				<Floating anchor={opened.anchor} side="above" align="end" onClose={close}>
					<QuickReactions onPick={pick} onMore={() => onOpen({ is: "picker", anchor: opened.anchor })} />
				</Floating>
			)}
			{opened?.is === "picker" && <EmojiPicker anchor={opened.anchor} align="end" onPick={pick} onClose={close} />}
		</>
	);
}

function QuickReactions({ onPick, onMore }: { onPick: (emoji: string) => void; onMore: () => void }) {
	const words = text.value.conversation.actions;
	return (
		<fieldset class="quick" aria-label={words.react}>
			{QUICK_EMOJI.map((emoji, index) => (
				<button
					key={emoji}
					type="button"
					class="icon-button emoji"
					// biome-ignore lint/a11y/noAutofocus: it was opened to choose one
					autoFocus={index === 0}
					aria-label={words.reactWith(emoji)}
					onClick={() => onPick(emoji)}
				>
					{emoji}
				</button>
			))}
			<IconButton icon={SmileAddIcon} label={words.moreEmoji} onClick={onMore} />
		</fieldset>
	);
}

function useItems(message: MessageView, opened: Opened, onOpen: (opened: Opened) => void): MenuItems {
	const { conversation, reply, edit, remove, showSeenBy } = usePlace();
	const chat = useChat();
	const words = text.value.conversation.actions;
	const may = useRights(message);
	const { seq, room } = message;
	if (seq === null) return [];
	return [
		may.react && {
			label: words.react,
			icon: SmileAddIcon,
			onPick: () => opened && onOpen({ is: "quick", anchor: opened.anchor }),
		},
		may.write && { label: words.reply, icon: ReplyIcon, onPick: () => reply(message) },
		may.edit && { label: words.edit, icon: EditIcon, onPick: () => edit(message) },
		"line",
		message.text !== "" && {
			label: words.copyText,
			icon: CopyIcon,
			onPick: () => void copy(message.text, words.textCopied),
		},
		{
			label: words.copyLink,
			icon: LinkIcon,
			onPick: () => void copy(permalink(room, seq, chat.server.value?.URLS), words.linkCopied),
		},
		may.pin && {
			label: message.pinned ? words.unpin : words.pin,
			icon: PinIcon,
			onPick: () => conversation.setPinned(seq, !message.pinned).catch(toastError),
		},
		!message.own && {
			label: words.markUnread,
			icon: UnreadIcon,
			onPick: () => conversation.markUnread(seq).catch(toastError),
		},
		may.seenBy && { label: words.seenBy, icon: EyeIcon, onPick: () => showSeenBy(message) },
		!message.own && {
			label: words.report,
			icon: FlagIcon,
			onPick: () => openScreen({ is: "report", room, seq }),
		},
		may.remove && "line",
		may.remove && { label: words.remove, icon: TrashIcon, danger: true, onPick: () => remove(message) },
	];
}

function useRights(message: MessageView): MessageRights {
	const { conversation } = usePlace();
	const chat = useChat();
	return messageRights(message, roomOf(conversation, chat), chat.me.value?.role ?? "guest");
}
