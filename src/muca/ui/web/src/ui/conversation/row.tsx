/** A row of the log. */

import type { ReadonlySignal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import type { Row } from "../../chat/chat";
import { day, longDate, text } from "../../text";
import { Message } from "./message";
import { Notice } from "./notice";

export function RowLine({ row, marked }: { row: Row; marked: ReadonlySignal<string | null> }) {
	const isMarked = useComputed(() => marked.value === row.key);
	switch (row.is) {
		case "day":
			return (
				<h2 class="parting" title={longDate(row.ts)}>
					<span>{day(row.ts)}</span>
				</h2>
			);
		case "new":
			return (
				<h2 class="parting new">
					<span>{text.value.conversation.new}</span>
				</h2>
			);
		case "notice":
			return <Notice event={row.event} />;
		case "message":
			return <Message message={row.message} head={row.head} marked={isMarked.value} />;
	}
}
