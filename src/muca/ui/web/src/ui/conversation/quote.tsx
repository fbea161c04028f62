/** What a message answers: who, and the first words. A press leads there. */

import { useMemo } from "preact/hooks";
import { parseMarkdown } from "../../markdown/blocks";
import { plainText } from "../../markdown/tree";
import { text } from "../../text";
import { cut } from "../../text/cut";
import type { Seq } from "../../wire/words";
import { usePlace } from "./place";

const CHARS = 160;
const SOURCE_CHARS = 2_000;

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

/** A message in a few words. */
export function quoted(message: { deleted: boolean; text: string; files: readonly { NAME: string }[] }): string {
	if (message.deleted) return text.value.conversation.deleted;
	return (
		cut(plainText(parseMarkdown(message.text.slice(0, SOURCE_CHARS))), CHARS) ||
		message.files.map(({ NAME }) => NAME).join(", ")
	);
}
