/** Arrow up in the empty field: change what one wrote last, also right after Enter, before the server has it. */

import { useCallback, useEffect, useState } from "preact/hooks";
import type { Conversation, MessageView, Row } from "../../chat/chat";
import { useChat } from "../chat";
import { beginEdit, takeBack } from "./draft";

/** One's newest message, which is not deleted. */
export function lastOwn(rows: readonly Row[]): MessageView | null {
	const row = rows.findLast((each) => each.is === "message" && each.message.own && !each.message.deleted);
	return row?.is === "message" ? row.message : null;
}

/** What is under way can be changed in a moment; what waits longer comes back to the field. */
export function wayToChange({ seq, delivery, waiting }: MessageView): "edit" | "wait" | "take back" {
	if (seq !== null) return "edit";
	const isUnderWay = delivery.is === "sending" || delivery.is === "stored";
	return isUnderWay && waiting.length === 0 ? "wait" : "take back";
}

/** `isEmpty`: nothing is in the field. Whoever writes something else meanwhile no longer waits. */
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
