// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { MessageView, Row } from "../../chat/chat";
import { messageView } from "../../testing/samples";
import { lastOwn, wayToChange } from "./edit_last";

const rows = (...messages: MessageView[]): Row[] =>
	messages.map((message) => ({ is: "message", key: message.key, message, head: true }));
const own = (key: string, more: Partial<MessageView> = {}) => messageView({ key, own: true, ...more });

describe("the message that arrow up changes", () => {
	it("is one's newest, also while it is on its way", () => {
		const sending = own("c", { seq: null, delivery: { is: "sending" } });
		expect(lastOwn(rows(own("a"), own("b"), messageView()))?.key).toBe("b");
		expect(lastOwn(rows(own("a"), sending, messageView()))).toBe(sending);
		expect(lastOwn(rows(own("a"), own("b", { deleted: true })))?.key).toBe("a");
		expect(lastOwn(rows(messageView()))).toBeNull();
	});

	it("is edited once the server has it, and comes back to the field if that takes longer", () => {
		const unsent = (more: Partial<MessageView>) => wayToChange(own("a", { seq: null, ...more }));
		expect(wayToChange(own("a"))).toBe("edit");
		expect(unsent({ delivery: { is: "sending" } })).toBe("wait");
		expect(unsent({ delivery: { is: "stored" } })).toBe("wait");
		expect(unsent({ delivery: { is: "kept" } })).toBe("take back");
		expect(unsent({ delivery: { is: "failed", text: "no" } })).toBe("take back");
		expect(unsent({ delivery: { is: "sending" }, waiting: [new File([], "a")] })).toBe("take back");
	});
});
