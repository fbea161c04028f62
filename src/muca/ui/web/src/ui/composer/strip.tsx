/** Above the message box: the message that is being replied to or edited, and a button to cancel. */

import { useMemo } from "preact/hooks";
import type { Conversation } from "../../chat/chat";
import { text } from "../../text";
import { quoted } from "../conversation/quote";
import { IconButton } from "../parts/button";
import { CloseIcon, EditIcon, ReplyIcon } from "../parts/icons";

export function Strip({ conversation, onCancel }: { conversation: Conversation; onCancel: () => void }) {
	const { replyTo, edit } = conversation.draft.value;
	const words = text.value.conversation;
	const seq = edit?.seq ?? replyTo;
	const message = useMemo(() => (seq === null ? null : conversation.message(seq)), [conversation, seq])?.value;
	if (seq === null) return null;
	const known = message && message !== "loading" ? message : null;
	return (
		<div class="strip">
			{edit === null ? <ReplyIcon /> : <EditIcon />}
			<span class="ellipsis">
				<b>{edit === null ? words.replyingTo(known?.nickname ?? "…") : words.editing}</b>{" "}
				{known && <span dir="auto">{quoted(known)}</span>}
			</span>
			<IconButton small icon={CloseIcon} label={edit === null ? words.noReply : words.noEdit} onClick={onCancel} />
		</div>
	);
}
