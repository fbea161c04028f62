/** An open room: head, log, composer, and overlays. */

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { MessageView, Conversation as Talk } from "../../chat/chat";
import { text } from "../../text";
import type { FileInfo, Seq } from "../../wire/words";
import { useAttention } from "../attention";
import { useChat } from "../chat";
import { Composer, type ComposerHandle } from "../composer/composer";
import { beginEdit, beginReply, takeBack } from "../composer/draft";
import { useDrop } from "../composer/drop";
import { attach } from "../composer/uploads";
import { RoomHead } from "../frame/room_head";
import { Wire } from "../frame/wire";
import { conversationName, typingWords } from "../names";
import { isNarrow } from "../parts/screen";
import { toast, toastError } from "../parts/toast";
import { roomOf } from "../room_of";
import type { Panel } from "../route";
import { Confirm } from "../screens/confirm";
import { Lightbox } from "./lightbox";
import { Log, type LogList } from "./log";
import { type Place, PlaceProvider } from "./place";
import { quoted } from "./quote";
import { SeenBy, SeenLine } from "./seen_by";
import { useSpokenMessages } from "./spoken";

const MARKED_MS = 2_500;

interface ConversationProps {
	conversation: Talk;
	/** The message that the page's address names. */
	seq: Seq | null;
	panel: Panel | null;
	/** That message is in view, or cannot be found. */
	onArrived: () => void;
}

type Above =
	| { is: "remove"; message: MessageView }
	| { is: "seen"; message: MessageView }
	| { is: "images"; seq: Seq | null; images: readonly FileInfo[]; first: FileInfo };

export function Conversation({ conversation, seq, panel, onArrived }: ConversationProps) {
	const chat = useChat();
	const words = text.value.conversation;
	const list = useRef<LogList>(null);
	const composer = useRef<ComposerHandle>(null);
	const [marked, setMarked] = useState<string | null>(null);
	const [above, setAbove] = useState<Above | null>(null);
	const close = useCallback(() => setAbove(null), []);
	const room = roomOf(conversation, chat);
	const drop = useDrop((brought) => attach(chat, conversation, brought));
	const attention = useAttention();
	useSpokenMessages(conversation);

	const show = useCallback((key: string) => {
		list.current?.goTo(key);
		setMarked(key);
	}, []);
	useEffect(() => {
		if (marked === null) return;
		const timer = setTimeout(() => setMarked(null), MARKED_MS);
		return () => clearTimeout(timer);
	}, [marked]);

	const place = useMemo<Place>(
		() => ({
			conversation,
			jumpTo: (to) => void conversation.jumpTo(to).then(show, toastError),
			reply(message) {
				beginReply(conversation, message);
				composer.current?.focus();
			},
			edit(message) {
				beginEdit(conversation, message);
				composer.current?.focus();
			},
			takeBack(message) {
				takeBack(chat, conversation, message.key);
				composer.current?.focus();
			},
			remove: (message) => setAbove({ is: "remove", message }),
			showSeenBy: (message) => setAbove({ is: "seen", message }),
			showImages: (seq, images, first) => setAbove({ is: "images", seq, images, first }),
		}),
		[chat, conversation, show],
	);
	const arrived = useRef(onArrived);
	arrived.current = onArrived;
	useEffect(() => {
		if (seq === null) return;
		void conversation
			.jumpTo(seq)
			.then(show, toastError)
			.then(() => arrived.current());
	}, [conversation, seq, show]);

	return (
		<PlaceProvider value={place}>
			<section
				class="conversation"
				aria-label={conversationName(conversation, room)}
				data-reach={room?.reach ?? "ROOM"}
				{...drop.handlers}
			>
				<Wire />
				<RoomHead conversation={conversation} panel={panel} onJump={show} />
				<Log
					conversation={conversation}
					list={list}
					marked={marked}
					looking={attention && seq === null && (panel === null || !isNarrow())}
					onLeave={() => composer.current?.focus()}
				/>
				<div class="below-log">
					<span class="typing">{room && typingWords(room.typing, chat)}</span>
					<SeenLine conversation={conversation} />
				</div>
				<Composer ref={composer} conversation={conversation} onSent={() => list.current?.goToEnd()} />
				{drop.over && <div class="drop">{words.upload.drop}</div>}
			</section>
			{above?.is === "images" && (
				<>
					<Lightbox images={above.images} first={above.first} onClose={close} />
					{above.seq !== null && <UntilDeleted conversation={conversation} seq={above.seq} onDeleted={close} />}
				</>
			)}
			{above?.is === "seen" && <SeenBy conversation={conversation} message={above.message} onClose={close} />}
			{above?.is === "remove" && (
				<Confirm
					title={words.removeTitle}
					action={words.actions.remove}
					onClose={close}
					onConfirm={async () => {
						if (above.message.seq !== null) await conversation.remove(above.message.seq);
					}}
				>
					<p>{words.removeWarning}</p>
					<blockquote class="quote" dir="auto">
						{quoted(above.message)}
					</blockquote>
				</Confirm>
			)}
		</PlaceProvider>
	);
}

/** Closes an overlay when its message is deleted. */
function UntilDeleted({ conversation, seq, onDeleted }: { conversation: Talk; seq: Seq; onDeleted: () => void }) {
	const message = useMemo(() => conversation.message(seq), [conversation, seq]).value;
	const isGone = message === null || (message !== "loading" && message.deleted);
	useEffect(() => {
		if (!isGone) return;
		onDeleted();
		toast(text.value.conversation.deleted);
	}, [isGone, onDeleted]);
	return null;
}
