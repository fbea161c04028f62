/** The attached files: preview, progress, and a button to remove each. */

import { type Conversation, isStored } from "../../chat/chat";
import { bytes, text } from "../../text";
import { ending } from "../conversation/files";
import { Button, IconButton } from "../parts/button";
import { CloseIcon } from "../parts/icons";
import { type Attachment, attachmentsOf, detach } from "./uploads";

export function Attachments({ conversation }: { conversation: Conversation }) {
	const attachments = attachmentsOf(conversation).value;
	if (attachments.length === 0) return null;
	return (
		<ul class="attachments" aria-label={text.value.conversation.upload.title}>
			{attachments.map((each) => (
				<Row key={each.key} attachment={each} onRemove={() => detach(conversation, each.key)} />
			))}
		</ul>
	);
}

function Row({ attachment: { file, upload, preview }, onRemove }: { attachment: Attachment; onRemove: () => void }) {
	const words = text.value.conversation.upload;
	const { name, size } = isStored(file) ? { name: file.NAME, size: file.BYTES } : file;
	const state = upload?.state.value;
	return (
		<li class="attachment">
			{preview ? (
				<img src={preview} alt="" width="36" height="36" />
			) : (
				<span class="file-type" aria-hidden="true">
					{ending(name)}
				</span>
			)}
			<span class="file-name">
				<b class="ellipsis" dir="auto" title={name}>
					{name}
				</b>
				{state?.is === "failed" && (
					<small class="wrong" role="alert">
						{state.text}{" "}
						<Button look="link" onClick={() => upload?.again()}>
							{text.value.conversation.tryAgain}
						</Button>
					</small>
				)}
				{state?.is === "waiting" && (
					<small role="status">
						{state.text} {words.later}
					</small>
				)}
				{(!state || state.is === "done") && <small>{bytes(size)}</small>}
				{state?.is === "under way" && <progress aria-label={words.progress(name)} max={1} value={state.progress} />}
			</span>
			<IconButton
				small
				icon={CloseIcon}
				label={state?.is === "under way" || state?.is === "waiting" ? words.cancel(name) : words.remove(name)}
				onClick={onRemove}
			/>
		</li>
	);
}
