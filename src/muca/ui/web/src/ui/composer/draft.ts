/** Edits, replies and cancelled messages in the message box. No text is ever lost. */

import type { Chat, Conversation, Edit, MessageView, Refusal } from "../../chat/chat";
import { withBack } from "../../chat/drafts";
import { text } from "../../text";
import type { MentionPlace } from "../../wire/words";
import { toast, toastError } from "../parts/toast";
import { namesAt } from "./meant";
import { attachAgain } from "./uploads";

export function beginReply(conversation: Conversation, message: MessageView): void {
	endEdit(conversation);
	conversation.draft.value = { ...conversation.draft.value, replyTo: message.seq };
}

/** Start editing a message. The draft comes back afterwards. */
export function beginEdit(conversation: Conversation, { seq, text, mentions }: MessageView): void {
	if (seq === null || seq === conversation.draft.value.edit?.seq) return;
	endEdit(conversation);
	conversation.draft.value = { ...conversation.draft.value, edit: { seq, text, names: namesAt(text, mentions) } };
}

/** Cancel an edit. A notification offers to restore it. */
export function endEdit(conversation: Conversation): void {
	const { edit } = conversation.draft.value;
	if (!edit) return;
	conversation.draft.value = { ...conversation.draft.value, edit: null };
	const message = conversation.message(edit.seq).peek();
	if (message && message !== "loading" && message.text === edit.text) return;
	const words = text.peek().conversation;
	const onPick = () => {
		endEdit(conversation);
		conversation.draft.value = { ...conversation.draft.value, edit };
	};
	toast(words.editDiscarded, { label: words.undo, onPick });
}

/** Save an edit. If the server refuses it, it is opened again or, if the message is gone, its text becomes a new draft. */
export async function saveEdit(conversation: Conversation, edit: Edit, mentions: MentionPlace[] | null): Promise<void> {
	conversation.draft.value = { ...conversation.draft.value, edit: null };
	try {
		await conversation.edit(edit, mentions);
	} catch (error) {
		toastError(error);
		const draft = conversation.draft.value;
		const isGone = (error as Refusal).code === "no_such_event";
		conversation.draft.value = isGone || draft.edit ? withBack(draft, edit) : { ...draft, edit };
	}
}

/** Cancel a message that was not sent. */
export function takeBack(chat: Chat, conversation: Conversation, key: string): void {
	const taken = conversation.discard(key);
	if (!taken) return;
	const names = namesAt(taken.text, taken.mentions);
	conversation.draft.value = withBack(conversation.draft.value, { ...taken, names });
	attachAgain(chat, conversation, taken.files);
}
