/** Files on their way into a message. They stay with their conversation while one looks at another. */

import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Chat, Conversation, Refusal, Upload } from "../../chat/chat";
import { bytes, text } from "../../text";
import type { FileInfo } from "../../wire/words";
import { toast } from "../parts/toast";

export interface Attachment {
	key: number;
	file: File;
	/** A picture of it, for images: good until it is taken away. */
	preview: string | null;
	/** Its own, so that it is told wherever the attachment has moved to. */
	state: ReadonlySignal<UploadState>;
	/** Leave off: nobody looks any more. */
	cancel(): void;
}

export type UploadState =
	| { is: "under way"; upload: Upload }
	/** The server is not there: it begins anew once it is. */
	| { is: "waiting"; text: string }
	| { is: "done"; info: FileInfo }
	| { is: "failed"; text: string };

const LATER = new Set(["unreachable", "offline"]);
const AGAIN_MS = 3_000;

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
export function attach(chat: Chat, conversation: Conversation, files: readonly File[]): void {
	const attachments = attachmentsOf(conversation);
	const { FILE_BYTES_MAX, FILES_MAX } = chat.limits.value;
	const words = text.value.conversation.upload;
	for (const file of files) {
		if (attachments.value.length >= FILES_MAX) {
			toast(words.tooMany(FILES_MAX));
			return;
		}
		if (file.size > FILE_BYTES_MAX) toast(words.tooLarge(file.name, bytes(file.size), bytes(FILE_BYTES_MAX)));
		else if (file.size === 0) toast(words.empty(file.name));
		else begin(chat, attachments, file);
	}
}

function begin(chat: Chat, attachments: Signal<readonly Attachment[]>, file: File): void {
	const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
	const { state, cancel } = send(chat, file);
	const key = next++;
	unsent.add(key);
	attachments.value = [...attachments.value, { key, file, preview, state, cancel }];
}

/** Upload it, again and again as long as only the server is missing. */
function send(chat: Chat, file: File): Pick<Attachment, "state" | "cancel"> {
	let later: ReturnType<typeof setTimeout> | undefined;
	const once = (): UploadState => {
		const upload = chat.upload(file);
		upload.done.then(
			(info) => {
				state.value = { is: "done", info };
			},
			({ code, message }: Refusal) => {
				const isLater = LATER.has(code);
				state.value = { is: isLater ? "waiting" : "failed", text: message };
				if (isLater) later = setTimeout(again, AGAIN_MS); // the link may not have noticed, and be up still
			},
		);
		return { is: "under way", upload };
	};
	const state: Signal<UploadState> = signal(once());
	const again = () => {
		if (chat.link.peek().is === "joined" && state.peek().is === "waiting") state.value = once();
	};
	const stop = effect(() => {
		if (chat.link.value.is === "joined") queueMicrotask(again); // once the session is there as a whole
	});
	return {
		state,
		cancel() {
			stop();
			clearTimeout(later);
			if (state.value.is === "under way") state.value.upload.cancel();
		},
	};
}

export function detach(conversation: Conversation, key: number): void {
	const attachments = attachmentsOf(conversation);
	const gone = attachments.value.find((each) => each.key === key);
	gone?.cancel();
	unsent.delete(key);
	if (gone?.preview) URL.revokeObjectURL(gone.preview);
	attachments.value = attachments.value.filter((each) => each.key !== key);
}

/** Take what is there out, for a message. */
export function takeAttachments(conversation: Conversation): FileInfo[] {
	const attachments = attachmentsOf(conversation);
	const files = attachments.value.flatMap(({ state }) => (state.value.is === "done" ? state.value.info : []));
	for (const { key, preview, cancel } of attachments.value) {
		cancel();
		unsent.delete(key);
		if (preview) URL.revokeObjectURL(preview);
	}
	attachments.value = [];
	return files;
}

/** What is written to other people now goes with its files. */
export function moveAttachments(from: Conversation, to: Conversation): void {
	attachmentsOf(to).value = [...attachmentsOf(to).value, ...attachmentsOf(from).value];
	attachmentsOf(from).value = [];
}
