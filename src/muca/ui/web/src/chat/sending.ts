/** Sends a message of the outbox: its files first, then the SEND. */

import type { Answer } from "../wire/link";
import type { Line } from "../wire/socket";
import type { FileInfo } from "../wire/words";
import { isUpload, type Refusal } from "./chat";
import { refusal } from "./refusal";
import type { Kept } from "./shelf";
import type { Uploads } from "./uploads";

interface SendingOutside {
	readonly line: Pick<Line, "ask">;
	readonly uploads: Pick<Uploads, "of">;
	/** Whether it is to be sent still, once its files are uploaded. */
	isWanted(kept: Kept): boolean;
}

/** Messages without files may overtake it. */
export function sendKept(kept: Kept, outside: SendingOutside, answered: (answer: Answer) => void): void {
	const { line, uploads } = outside;
	const upload = (file: File): Promise<FileInfo> => {
		const running = uploads.of(file);
		if (running.state.peek().is === "failed") running.again();
		return running.done;
	};
	if (!kept.files.some(isUpload)) {
		ask(line, kept, kept.files as readonly FileInfo[], answered);
		return;
	}
	Promise.all(kept.files.map((file) => (isUpload(file) ? upload(file) : file))).then(
		(files) => (outside.isWanted(kept) ? ask(line, kept, files, answered) : answered(failed(refusal("unreachable")))),
		(why: Refusal) => answered(failed(why)),
	);
}

function ask(
	line: SendingOutside["line"],
	{ id, to, text, replyTo, mentions }: Kept,
	files: readonly FileInfo[],
	answered: (answer: Answer) => void,
): void {
	const fields = {
		CMD: "SEND",
		...("room" in to ? { ROOM: to.room } : { TO: to.people }),
		MSG: text,
		...(replyTo !== null && { REPLY_TO: replyTo }),
		...(mentions && { MENTIONS: mentions }),
		...(files.length && { FILES: files.map(({ FILE }) => FILE) }),
	};
	line.ask(fields, answered, { id });
}

const failed = ({ code, message }: Refusal): Answer => ({ CMD: "ACK", TYPE: "FAIL", CODE: code, TEXT: message });
