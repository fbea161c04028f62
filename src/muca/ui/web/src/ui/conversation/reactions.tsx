/** The reactions to a message: a click adds or removes the user's own. */

import type { MessageView } from "../../chat/chat";
import { list, number, text } from "../../text";
import type { Reaction } from "../../wire/words";
import { useChat } from "../chat";
import { isolated } from "../names";
import { toastError } from "../parts/toast";
import { usePlace } from "./place";

export function Reactions({ message }: { message: MessageView }) {
	if (message.reactions.length === 0) return null;
	return (
		<ul class="reactions" aria-label={text.value.conversation.reactions}>
			{message.reactions.map((reaction) => (
				<li key={reaction.EMOJI}>
					<ReactionButton message={message} reaction={reaction} />
				</li>
			))}
		</ul>
	);
}

function ReactionButton({ message, reaction }: { message: MessageView; reaction: Reaction }) {
	const chat = useChat();
	const toggle = useToggleReaction(message);
	const words = text.value.conversation;
	const { EMOJI, COUNT, UIDS } = reaction;
	const me = chat.me.value?.uid;
	const names = UIDS.map((uid) => (uid === me ? words.youToo : isolated(chat.person(uid).nickname)));
	if (COUNT > UIDS.length) names.push(words.others(COUNT - UIDS.length));
	const who = words.reactedBy(list(names), EMOJI);
	return (
		<button
			type="button"
			class="reaction"
			aria-pressed={me !== undefined && UIDS.includes(me)}
			title={who}
			aria-label={`${EMOJI} ${number(COUNT)}: ${who}`}
			onClick={() => toggle(EMOJI)}
		>
			<span class="emoji">{EMOJI}</span> {number(COUNT)}
		</button>
	);
}

/** Adds or removes the user's reaction. */
export function useToggleReaction({ seq, reactions }: MessageView): (emoji: string) => void {
	const me = useChat().me.value?.uid;
	const { conversation } = usePlace();
	return (emoji) => {
		if (seq === null || me === undefined) return;
		const mine = reactions.some(({ EMOJI, UIDS }) => EMOJI === emoji && UIDS.includes(me));
		(mine ? conversation.unreact(seq, emoji) : conversation.react(seq, emoji)).catch(toastError);
	};
}
