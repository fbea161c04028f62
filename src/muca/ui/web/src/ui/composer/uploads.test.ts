// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { type Chat, type Conversation, type LinkState, Refusal } from "../../chat/chat";
import type { FileInfo } from "../../wire/words";
import { attach, attachmentsOf, detach, moveAttachments, takeAttachments } from "./uploads";

let ends: { done(info: FileInfo): void; fail(refusal: Refusal): void }[] = [];
const link = signal<LinkState>({ is: "joined" });
const chat = {
	link,
	limits: signal({ FILE_BYTES_MAX: 10, FILES_MAX: 2 }),
	upload(file: File) {
		let cancel = () => {};
		const done = new Promise<FileInfo>((resolve, reject) => {
			ends.push({ done: resolve, fail: reject });
			cancel = () => reject(new Refusal("cancelled", ""));
		});
		return { progress: signal(0), done, cancel, file };
	},
} as unknown as Chat;
const talk = () => ({}) as Conversation;
const file = (name: string, size = 3) => new File(["x".repeat(size)], name);
const info = (name: string): FileInfo => ({ FILE: `f-${name}`, NAME: name, TYPE: "text/plain", BYTES: 3 });
const state = (conversation: Conversation, index = 0) => attachmentsOf(conversation).value[index]?.state.value;
const names = (conversation: Conversation) => attachmentsOf(conversation).value.map((each) => each.file.name);

beforeEach(() => {
	ends = [];
});

test("what is done goes with the message, and is taken once", async () => {
	const conversation = talk();
	attach(chat, conversation, [file("a"), file("b")]);
	ends[1]?.done(info("b"));
	await expect.poll(() => state(conversation, 1)).toEqual({ is: "done", info: info("b") });
	expect(state(conversation, 0)).toMatchObject({ is: "under way" });
	expect(takeAttachments(conversation)).toEqual([info("b")]);
	expect(takeAttachments(conversation)).toEqual([]);
});

test("what the server would refuse is not sent", () => {
	const conversation = talk();
	attach(chat, conversation, [file("large", 11), file("empty", 0), file("a"), file("b"), file("third")]);
	expect(names(conversation)).toEqual(["a", "b"]);
	expect(ends).toHaveLength(2);
});

test("a failed upload says why, a cancelled one is gone", async () => {
	const conversation = talk();
	attach(chat, conversation, [file("a"), file("b")]);
	ends[0]?.fail(new Refusal("quota", "Your files are full."));
	await expect.poll(() => state(conversation)).toEqual({ is: "failed", text: "Your files are full." });
	detach(conversation, attachmentsOf(conversation).value[1]?.key ?? -1);
	expect(names(conversation)).toEqual(["a"]);
});

test("what could not be uploaded without a server goes up once it is back", async () => {
	const conversation = talk();
	link.value = { is: "waiting", retryAt: null, reason: "unreachable", text: "" };
	attach(chat, conversation, [file("a"), file("b")]);
	for (const end of ends) end.fail(new Refusal("unreachable", "The server cannot be reached."));
	await expect.poll(() => state(conversation)).toMatchObject({ is: "waiting", text: "The server cannot be reached." });
	detach(conversation, attachmentsOf(conversation).value[1]?.key ?? -1);
	link.value = { is: "joined" };
	await expect.poll(() => ends).toHaveLength(3);
	expect(state(conversation)).toMatchObject({ is: "under way" });
	ends[2]?.done(info("a"));
	await expect.poll(() => state(conversation)).toEqual({ is: "done", info: info("a") });
});

test("files go along to other people, and still tell how far they are", async () => {
	const [from, to] = [talk(), talk()];
	attach(chat, from, [file("a")]);
	moveAttachments(from, to);
	expect(names(from)).toEqual([]);
	ends[0]?.done(info("a"));
	await expect.poll(() => state(to)).toEqual({ is: "done", info: info("a") });
});
