// @vitest-environment happy-dom
import { type Signal, signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import type { Chat, Conversation, SentFile, UploadState } from "../../chat/chat";
import type { FileInfo } from "../../wire/words";
import { attach, attachAgain, attachmentsOf, detach, moveAttachments, takeAttachments } from "./uploads";

let begun: { file: File; state: Signal<UploadState>; cancelled: boolean }[] = [];
const chat = {
	limits: signal({ FILE_BYTES_MAX: 10, FILES_MAX: 2 }),
	upload(file: File) {
		const upload = {
			file,
			state: signal<UploadState>({ is: "under way", progress: 0 }),
			cancelled: false,
			cancel() {
				upload.cancelled = true;
			},
		};
		begun.push(upload);
		return upload;
	},
} as unknown as Chat;
const talk = () => ({}) as Conversation;
const file = (name: string, size = 3) => new File(["x".repeat(size)], name);
const info = (name: string): FileInfo => ({ FILE: `f-${name}`, NAME: name, TYPE: "text/plain", BYTES: 3 });
const name = (each: SentFile) => (each instanceof File ? each.name : each.NAME);
const names = (conversation: Conversation) => attachmentsOf(conversation).value.map((each) => name(each.file));

beforeEach(() => {
	begun = [];
});

test("the message takes what is uploaded, and the files that are not, once", () => {
	const conversation = talk();
	const [a, b] = [file("a"), file("b")];
	attach(chat, conversation, { files: [a, b], folders: [] });
	const [, second] = begun;
	if (second) second.state.value = { is: "done", info: info("b") };
	expect(takeAttachments(conversation)).toEqual([a, info("b")]);
	expect(begun.every(({ cancelled }) => !cancelled)).toBe(true);
	expect(takeAttachments(conversation)).toEqual([]);
});

test("what the server would refuse is not sent", () => {
	const conversation = talk();
	attach(chat, conversation, {
		files: [file("large", 11), file("empty", 0), file("a"), file("b"), file("third")],
		folders: [],
	});
	expect(names(conversation)).toEqual(["a", "b"]);
	expect(begun).toHaveLength(2);
});

test("what is left out is not uploaded any further", () => {
	const conversation = talk();
	attach(chat, conversation, { files: [file("a"), file("b")], folders: [] });
	detach(conversation, attachmentsOf(conversation).value[1]?.key ?? -1);
	expect(names(conversation)).toEqual(["a"]);
	expect(begun.map(({ cancelled }) => cancelled)).toEqual([false, true]);
});

test("files come back with a message that was taken back", () => {
	const conversation = talk();
	const a = file("a");
	attachAgain(chat, conversation, [a, info("b")]);
	expect(names(conversation)).toEqual(["a", "b"]);
	expect(begun.map((each) => each.file)).toEqual([a]);
	expect(takeAttachments(conversation)).toEqual([a, info("b")]);
});

test("files go along to other people", () => {
	const [from, to] = [talk(), talk()];
	attach(chat, from, { files: [file("a")], folders: [] });
	moveAttachments(from, to);
	expect(names(from)).toEqual([]);
	expect(names(to)).toEqual(["a"]);
});
