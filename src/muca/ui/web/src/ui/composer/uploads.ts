/** Files that are to go with the next message. They stay with their conversation while one looks at another. */

import { type Signal, signal } from "@preact/signals";
import { type Chat, type Conversation, isStored, type SentFile, type Upload } from "../../chat/chat";
import { bytes, text } from "../../text";
import { toast } from "../parts/toast";
import type { Brought } from "./brought";

export interface Attachment {
	key: number;
	file: SentFile;
	/** Null: it is on the server. */
	upload: Upload | null;
	/** A picture of it, for images: good until it is taken away. */
	preview: string | null;
}

const attached = new WeakMap<Conversation, Signal<readonly Attachment[]>>();
let next = 0;
/** Those that no message has yet are lost with the page: it asks before it goes. */
const unsent = new Set<number>();
addEventListener("beforeunload", (event) => {
	if (unsent.size > 0) event.preventDefault();
});

export function attachmentsOf(conversation: Conversation): Signal<readonly Attachment[]> {
	const known = attached.get(conversation) ?? signal<readonly Attachment[]>([]);
	attached.set(conversation, known);
	return known;
}

/** Begin to send files, as far as the server takes them: what it would refuse is said before. */
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

/** Files of a message that was taken back. */
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

/** Take what is there out, for a message, which waits for what is not uploaded yet. */
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

/** What is written to other people now goes with its files. */
export function moveAttachments(from: Conversation, to: Conversation): void {
	attachmentsOf(to).value = [...attachmentsOf(to).value, ...attachmentsOf(from).value];
	attachmentsOf(from).value = [];
}
