/** Who has seen a message, and who has not yet. */

import type { Conversation, MessageView } from "../../chat/chat";
import { list, text } from "../../text";
import type { Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { Dialog } from "../parts/dialog";
import { EyeIcon } from "../parts/icons";

/** Below the log: who has read the newest message, if it is the user's own. */
export function SeenLine({ conversation }: { conversation: Conversation }) {
	const chat = useChat();
	const newest = conversation.rows.value.findLast((row) => row.is === "message");
	if (newest?.is !== "message" || !newest.message.own || newest.message.seq === null) return null;
	const { seen } = readers(conversation, newest.message.seq);
	if (seen.length === 0) return null;
	const names = seen.map((uid) => chat.person(uid).nickname);
	const { seenShort, seenBy } = text.value.conversation;
	return (
		<span class="seen" title={seenBy(list(names))}>
			<EyeIcon />
			{conversation.room.value?.kind === "direct" ? seenShort : seenBy(list(names))}
		</span>
	);
}

interface SeenByProps {
	conversation: Conversation;
	message: MessageView;
	onClose: () => void;
}

export function SeenBy({ conversation, message, onClose }: SeenByProps) {
	const words = text.value.conversation;
	const { seen, unseen } = readers(conversation, message.seq ?? 0);
	return (
		<Dialog title={words.actions.seenBy} onClose={onClose}>
			<Readers title={words.seen} uids={seen} />
			<Readers title={words.notSeen} uids={unseen} />
		</Dialog>
	);
}

function Readers({ title, uids }: { title: string; uids: readonly Uid[] }) {
	const chat = useChat();
	if (uids.length === 0) return null;
	return (
		<section class="readers" aria-label={title}>
			<h3>{title}</h3>
			<ul class="people-list">
				{uids.map((uid) => (
					<li key={uid} class="person">
						<Avatar person={chat.person(uid)} size="small" presence />
						<bdi class="ellipsis">{chat.person(uid).nickname}</bdi>
					</li>
				))}
			</ul>
		</section>
	);
}

function readers({ room, seenBy }: Conversation, seq: number): { seen: Uid[]; unseen: Uid[] } {
	const others = room.value?.others ?? [];
	const hasSeen = (uid: Uid) => (seenBy.value.get(uid) ?? 0) >= seq;
	return { seen: others.filter(hasSeen), unseen: others.filter((uid) => !hasSeen(uid)) };
}
