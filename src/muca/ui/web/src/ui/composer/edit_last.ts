/** Arrow up in the empty message box edits the user's last message, even right after Enter, before the server has it. */

import { useCallback, useEffect, useState } from "preact/hooks";
import type { Conversation, MessageView, Row } from "../../chat/chat";
import { useChat } from "../chat";
import { beginEdit, takeBack } from "./draft";

/** The user's newest message that is not deleted. */
export function lastOwn(rows: readonly Row[]): MessageView | null {
	const row = rows.findLast((each) => each.is === "message" && each.message.own && !each.message.deleted);
	return row?.is === "message" ? row.message : null;
}

/** A message that is being sent can be edited soon; one that waits longer is moved back into the message box. */
export function wayToChange({ seq, delivery, waiting }: MessageView): "edit" | "wait" | "take back" {
	if (seq !== null) return "edit";
	const isUnderWay = delivery.is === "sending" || delivery.is === "stored";
	return isUnderWay && waiting.length === 0 ? "wait" : "take back";
}

/** `isEmpty`: the message box is empty. If the user types something else meanwhile, the edit is cancelled. */
export function useEditLast(conversation: Conversation, isEmpty: boolean): () => void {
	const chat = useChat();
	const rows = conversation.rows.value;
	const [awaited, setAwaited] = useState<string | null>(null);
	const change = useCallback(
		(message: MessageView) => {
			const way = wayToChange(message);
			setAwaited(way === "wait" ? message.key : null);
			if (way === "edit") beginEdit(conversation, message);
			else if (way === "take back") takeBack(chat, conversation, message.key);
		},
		[chat, conversation],
	);
	useEffect(() => {
		if (awaited === null) return;
		const row = rows.find(({ key }) => key === awaited);
		if (isEmpty && row?.is === "message") change(row.message);
		else setAwaited(null);
	}, [awaited, rows, isEmpty, change]);
	return () => {
		const last = lastOwn(rows);
		if (last) change(last);
	};
}
