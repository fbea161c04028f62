/** Files attached to the next message. They stay with their conversation while another one is open. */

import { type Signal, signal } from "@preact/signals";
import { type Chat, type Conversation, isStored, type SentFile, type Upload } from "../../chat/chat";
import { bytes, text } from "../../text";
import { toast } from "../parts/toast";
import type { Brought } from "./brought";

export interface Attachment {
	key: number;
	file: SentFile;
	/** Null if it is on the server. */
	upload: Upload | null;
	/** A preview, for images; revoked when the file is removed. */
	preview: string | null;
}

const attached = new WeakMap<Conversation, Signal<readonly Attachment[]>>();
let next = 0;
/** Unsent files are lost with the page, so it asks before it is closed. */
const unsent = new Set<number>();
addEventListener("beforeunload", (event) => {
	if (unsent.size > 0) event.preventDefault();
});

export function attachmentsOf(conversation: Conversation): Signal<readonly Attachment[]> {
	const known = attached.get(conversation) ?? signal<readonly Attachment[]>([]);
	attached.set(conversation, known);
	return known;
}

/** Start uploading files. Files that the server would refuse are reported beforehand. */
export function attach(chat: Chat, conversation: Conversation, { files, folders }: Brought): void {
	const { FILE_BYTES_MAX, FILES_MAX } = chat.limits.value;
	const words = text.value.conversation.upload;
	for (const name of folders) toast(words.folder(name));
	for (const file of files) {
		if (attachmentsOf(conversation).value.length >= FILES_MAX) {
			toast(words.tooMany(FILES_MAX));
			return;
		}
		if (file.size > FILE_BYTES_MAX) toast(words.tooLarge(file.name, bytes(file.size), bytes(FILE_BYTES_MAX)));
		else if (file.size === 0) toast(words.empty(file.name));
		else attachAgain(chat, conversation, [file]);
	}
}

/** Attach the files of a cancelled message again. */
export function attachAgain(chat: Chat, conversation: Conversation, files: readonly SentFile[]): void {
	const more = files.map((file): Attachment => {
		const key = next++;
		unsent.add(key);
		if (isStored(file)) return { key, file, upload: null, preview: null };
		const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
		return { key, file, upload: chat.upload(file), preview };
	});
	attachmentsOf(conversation).value = [...attachmentsOf(conversation).value, ...more];
}

export function detach(conversation: Conversation, key: number): void {
	const attachments = attachmentsOf(conversation);
	const gone = attachments.value.find((each) => each.key === key);
	if (!gone) return;
	gone.upload?.cancel();
	release(gone);
	attachments.value = attachments.value.filter((each) => each !== gone);
}

/** Remove and return all attachments, for a message, which waits for unfinished uploads. */
export function takeAttachments(conversation: Conversation): SentFile[] {
	const attachments = attachmentsOf(conversation);
	const files = attachments.value.map(({ file, upload }): SentFile => {
		const state = upload?.state.value;
		return state?.is === "done" ? state.info : file;
	});
	attachments.value.forEach(release);
	attachments.value = [];
	return files;
}

function release({ key, preview }: Attachment): void {
	unsent.delete(key);
	if (preview) URL.revokeObjectURL(preview);
}

/** Move the attachments when the recipients change. */
export function moveAttachments(from: Conversation, to: Conversation): void {
	attachmentsOf(to).value = [...attachmentsOf(to).value, ...attachmentsOf(from).value];
	attachmentsOf(from).value = [];
}
