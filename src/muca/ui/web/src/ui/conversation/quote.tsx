/** The quoted message: sender and first words. A click jumps to it. */

import { useMemo } from "preact/hooks";
import { brief } from "../../markdown/brief";
import { text } from "../../text";
import type { Seq } from "../../wire/words";
import { usePlace } from "./place";

const CHARS = 160;

export function Quote({ seq }: { seq: Seq }) {
	const { conversation, jumpTo } = usePlace();
	const words = text.value.conversation;
	const message = useMemo(() => conversation.message(seq), [conversation, seq]).value;
	if (message === null || message === "loading") {
		return <div class="quote">{message === null ? words.quoteGone : words.loading}</div>;
	}
	return (
		<button type="button" class="quote" title={words.goToQuoted} onClick={() => jumpTo(seq)}>
			<b>
				<bdi>{message.nickname}</bdi>
			</b>{" "}
			<span dir="auto">{quoted(message)}</span>
		</button>
	);
}

/** A short version of a message. */
export function quoted(message: { deleted: boolean; text: string; files: readonly { NAME: string }[] }): string {
	if (message.deleted) return text.value.conversation.deleted;
	return brief(message.text, CHARS) || message.files.map(({ NAME }) => NAME).join(", ");
}
