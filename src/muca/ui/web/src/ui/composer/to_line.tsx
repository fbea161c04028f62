/** The recipients, and the controls to change them. Changing them opens another conversation; the text stays. */

import { useCallback, useState } from "preact/hooks";
import type { Conversation } from "../../chat/chat";
import { EMPTY_DRAFT, withBack } from "../../chat/drafts";
import { text } from "../../text";
import type { Uid } from "../../wire/words";
import { useChat } from "../chat";
import { roomName } from "../names";
import { IconButton } from "../parts/button";
import { CloseIcon, HashIcon, LockIcon, PersonAddIcon } from "../parts/icons";
import { roomOf } from "../room_of";
import { go, roomRoute } from "../route";
import { PeoplePicker } from "./people_picker";
import { moveAttachments } from "./uploads";

export function ToLine({ conversation }: { conversation: Conversation }) {
	const chat = useChat();
	const words = text.value.conversation;
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);
	const close = useCallback(() => setAnchor(null), []);
	const room = roomOf(conversation, chat);
	const others = room?.others ?? [];
	const named = room?.kind === "named";

	const choose = (uids: readonly Uid[]) => {
		const next = chat.to(uids);
		if (next === conversation) return;
		const { edit, ...written } = conversation.draft.value;
		const there = next.draft.value;
		next.draft.value = withBack({ ...written, replyTo: null, edit: there.edit }, there);
		conversation.draft.value = { ...EMPTY_DRAFT, edit };
		moveAttachments(conversation, next);
		go(roomRoute(next.id.value), { replace: true });
	};

	return (
		<fieldset class="to" aria-label={words.recipients}>
			<span>{words.to}</span>
			{named && (
				<span class="chip">
					{room.room.PRIVATE ? <LockIcon /> : <HashIcon />}
					<bdi class="ellipsis">{roomName(room)}</bdi>
				</span>
			)}
			{others.map((uid) => (
				<span class="chip" key={uid}>
					<bdi class="ellipsis" title={uid}>
						{chat.person(uid).nickname}
					</bdi>
					<IconButton
						icon={CloseIcon}
						label={words.withoutPerson(chat.person(uid).nickname)}
						onClick={() => choose(others.filter((each) => each !== uid))}
					/>
				</span>
			))}
			{!named && others.length === 0 && <span class="chip">✱ {words.everyone}</span>}
			{!named && others.length < chat.limits.value.RECIPIENTS_MAX && (
				<IconButton
					small
					icon={PersonAddIcon}
					label={words.choosePeople}
					aria-expanded={anchor !== null}
					onClick={(event) => setAnchor(anchor === null ? event.currentTarget : null)}
				/>
			)}
			{others.length > 0 && (
				<span class="to-reach">{others.length === 1 ? words.reaches.PRIVATE : words.reaches.GROUP}</span>
			)}
			{anchor && (
				<PeoplePicker
					anchor={anchor}
					without={others}
					onClose={close}
					onPick={(uid) => {
						close();
						choose([...others, uid]);
					}}
				/>
			)}
		</fieldset>
	);
}
