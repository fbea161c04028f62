/** Reports a message to the moderators. */

import { useState } from "preact/hooks";
import { text } from "../../text";
import type { RoomId, Seq } from "../../wire/words";
import { useChat } from "../chat";
import { TextField } from "../parts/field";
import { toast } from "../parts/toast";
import { Confirm } from "./confirm";
import { closeScreen } from "./screen";

export function ReportScreen({ room, seq }: { room: RoomId; seq: Seq }) {
	const chat = useChat();
	const words = text.value.screens.people;
	const [reason, setReason] = useState("");
	return (
		<Confirm
			title={words.reportTitle}
			action={words.report}
			look="accent"
			onClose={closeScreen}
			onConfirm={async () => {
				await chat.ask("REPORT", { ROOM: room, SEQ: seq, ...(reason.trim() && { REASON: reason.trim() }) });
				toast(words.reported);
			}}
		>
			<p>{words.reportText}</p>
			<TextField
				label={words.reportReason}
				rows={2}
				autofocus
				value={reason}
				maxLength={chat.limits.value.REASON_CHARS_MAX}
				onInput={(event) => setReason(event.currentTarget.value)}
			/>
		</Confirm>
	);
}
