// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";
import { type Chat, type Conversation, type Discarded, type Edit, Refusal } from "../../chat/chat";
import { EMPTY_DRAFT } from "../../chat/drafts";
import { messageView } from "../../testing/samples";
import { beginEdit, beginReply, endEdit, saveEdit, takeBack } from "./draft";
import { attachmentsOf } from "./uploads";

const mine = messageView({ seq: 7, text: "teh cake @Mary", mentions: [{ UID: "mary@lab", BEGIN: 9, LENGTH: 5 }] });
const other = messageView({ seq: 8, text: "tea" });
const edit: Edit = { seq: 7, text: "teh cake @Mary", names: { "@Mary": [{ UID: "mary@lab" }] } };
const changed = { ...edit, text: "the cake @Mary" };
const written = { ...EMPTY_DRAFT, text: "half a sen", replyTo: 3 };

let refused: Refusal | null;
let discarded: Discarded | null;
let talk: Conversation;

beforeEach(() => {
	refused = null;
	discarded = null;
	talk = {
		draft: signal(written),
		message: (seq: number) => signal(seq === 7 ? mine : other),
		async edit() {
			if (refused) throw refused;
		},
		discard: () => discarded,
	} as unknown as Conversation;
});

test("an edit lies above what is written, which is there again after it", async () => {
	beginEdit(talk, mine);
	expect(talk.draft.value).toEqual({ ...written, edit });
	endEdit(talk);
	expect(talk.draft.value).toEqual(written);
	beginEdit(talk, mine);
	await saveEdit(talk, changed, null);
	expect(talk.draft.value).toEqual(written);
});

test("the same message is not opened twice, another one and an answer take the place of an edit", () => {
	talk.draft.value = { ...written, edit: changed };
	beginEdit(talk, mine);
	expect(talk.draft.value.edit).toEqual(changed);
	beginEdit(talk, other);
	expect(talk.draft.value).toEqual({ ...written, edit: { seq: 8, text: "tea", names: {} } });
	beginReply(talk, mine);
	expect(talk.draft.value).toEqual({ ...written, replyTo: 7 });
});

test("a refused edit is open again, with what was changed", async () => {
	refused = new Refusal("not_allowed", "Not any more.");
	talk.draft.value = { ...written, edit: changed };
	await saveEdit(talk, changed, null);
	expect(talk.draft.value).toEqual({ ...written, edit: changed });
});

test("the edit of a message that was deleted meanwhile becomes a text of its own", async () => {
	refused = new Refusal("no_such_event", "It was deleted.");
	talk.draft.value = { ...written, edit: changed };
	await saveEdit(talk, changed, null);
	expect(talk.draft.value).toEqual({ ...written, text: "the cake @Mary\nhalf a sen", names: edit.names });
});

test("a message that is taken back is in the field with its files, and means whom it meant", () => {
	const file = { FILE: "f-1", NAME: "cake.jpg", TYPE: "image/jpeg", BYTES: 3 };
	discarded = { text: mine.text, replyTo: 5, files: [file], mentions: mine.mentions };
	takeBack({} as Chat, talk, "key");
	expect(talk.draft.value).toEqual({ ...written, text: "teh cake @Mary\nhalf a sen", names: edit.names });
	expect(attachmentsOf(talk).value.map((each) => each.file)).toEqual([file]);
	talk.draft.value = EMPTY_DRAFT;
	takeBack({} as Chat, talk, "key");
	expect(talk.draft.value).toEqual({ ...EMPTY_DRAFT, text: mine.text, names: edit.names, replyTo: 5 });
});
