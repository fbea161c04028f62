// @vitest-environment happy-dom
import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { event, message } from "../testing/samples";
import { USUAL_LIMITS } from "../wire/limits";
import type { Page, Room } from "../wire/words";
import type { ConversationOutside, LiveConversation } from "./conversation";
import { Conversations } from "./conversations";
import { Drafts, EMPTY_DRAFT } from "./drafts";
import { People } from "./people";
import { Rooms } from "./rooms";

const OPENED_MAX = 20;
const NOBODY = new Set<string>();

/** A session that counts what its conversations do. */
class CountingSession implements ConversationOutside {
	readonly me = "me";
	readonly people = new People();
	readonly rooms = new Rooms("me");
	readonly drafts = new Drafts("server", "me");
	readonly outbox = { add: vi.fn(), retry: vi.fn(), discard: vi.fn() };
	readonly limits = USUAL_LIMITS;
	readonly isJoined = true;
	readonly nickname = "Me";
	readonly said: unknown[] = [];
	/** Number of pages that were requested. */
	asked = 0;
	/** Answers a page. */
	answer = async (ROOM: string): Promise<Page> => ({ ROOM, EVENTS: [message(1, { ROOM })], MORE: false });
	readonly conversations = new Conversations(this);
	/** How often drafts were looked at. */
	draftsSet = vi.spyOn(this.drafts, "set");

	view = () => null;
	unsent = () => [];
	delivery = () => ({ is: "kept" }) as const;
	heard = () => {};
	lookUp = () => {};
	listsChanged = () => {};
	ask = (async (_: string, { ROOM }: { ROOM: string }) => {
		this.asked += 1;
		return this.answer(ROOM);
	}) as ConversationOutside["ask"];
	say = (fields: object) => void this.said.push(fields);
	changed = (conversation: LiveConversation) => this.conversations.change(conversation);
	show = (conversation: LiveConversation) => conversation.showRows();

	/** Enter so many rooms. */
	enter(count: number): string[] {
		const rooms = Array.from({ length: count }, (_, at): Room => ({ ROOM: `r-${at}`, KIND: "named", SEQ: 1, READ: 0 }));
		this.rooms.start(rooms, false);
		return rooms.map(({ ROOM }) => ROOM);
	}

	/** Read a room to its end, as somebody who looks at it, and look away. Then its marker waits to be sent. */
	async visit(id: string): Promise<LiveConversation> {
		const conversation = this.conversations.open(id);
		const stop = effect(() => void conversation.rows.value);
		await conversation.jumpToNewest();
		conversation.showAbout();
		conversation.seen(1);
		stop();
		return conversation;
	}
}

let session: CountingSession;
beforeEach(() => {
	vi.useFakeTimers();
	localStorage.clear();
	session = new CountingSession();
});
afterEach(() => {
	vi.useRealTimers();
});

/** Whether it holds a log, or listens to its draft. */
function holds(conversation: LiveConversation): { log: boolean; draft: boolean } {
	session.draftsSet.mockClear();
	conversation.draft.value = { ...EMPTY_DRAFT, text: `${Math.random()}` };
	return { log: conversation.copy() !== null, draft: session.draftsSet.mock.calls.length > 0 };
}

describe("conversations that are left", () => {
	it("let go of their log, timers and draft, except those opened recently", async () => {
		const ids = session.enter(OPENED_MAX + 30);
		const visited: LiveConversation[] = [];
		for (const id of ids) visited.push(await session.visit(id));
		session.conversations.letGo(new Set());
		expect(ids.filter((id) => session.conversations.get(id))).toEqual(ids.slice(-OPENED_MAX));
		expect(visited.slice(0, 30).map(holds)).toEqual(Array(30).fill({ log: false, draft: false }));
		expect(visited.slice(30).map(holds)).toEqual(Array(OPENED_MAX).fill({ log: true, draft: true }));
		expect(vi.getTimerCount()).toBe(OPENED_MAX); // the markers of the others were sent
		expect(session.said).toHaveLength(30);
	});

	it("stay while somebody looks at them, and if their newest messages are to be stored", async () => {
		const [first = "", second = "", ...more] = session.enter(OPENED_MAX + 2);
		const watched = await session.visit(first);
		effect(() => void watched.rows.value);
		for (const id of [second, ...more]) await session.visit(id);
		session.conversations.letGo(new Set([second]));
		expect(session.conversations.get(first)).toBe(watched);
		expect(session.conversations.get(second)).toBeDefined();
	});

	it.each(["kick", "ban", "delete_room"])(
		"let go at once after the event %s, and tell no marker there",
		async (KIND) => {
			const [id = "", other = ""] = session.enter(2);
			const conversation = await session.visit(id);
			await session.visit(other);
			session.rooms.push(event(2, KIND, { ROOM: id, UID: "me" }), NOBODY);
			conversation.showAbout();
			expect(vi.getTimerCount()).toBe(1);
			session.conversations.letGo(new Set());
			expect(session.conversations.get(id)).toBeUndefined();
			expect(session.conversations.get(other)).toBeDefined();
			expect(holds(conversation)).toEqual({ log: false, draft: false });
			expect(session.said).toEqual([]);
		},
	);

	it("keep their draft for the next time", async () => {
		const ids = session.enter(OPENED_MAX + 1);
		const first = await session.visit(ids[0] ?? "");
		first.draft.value = { ...EMPTY_DRAFT, text: "hm" };
		for (const id of ids.slice(1)) await session.visit(id);
		session.conversations.letGo(new Set());
		const again = session.conversations.open(ids[0] ?? "");
		expect(again).not.toBe(first);
		expect(again.draft.value.text).toBe("hm");
	});

	it("hold nothing when the session is over, whoever looks at them", async () => {
		const visited = await Promise.all(session.enter(3).map((id) => session.visit(id)));
		for (const { rows } of visited) effect(() => void rows.value);
		session.conversations.end();
		expect(visited.map(holds)).toEqual(Array(3).fill({ log: false, draft: false }));
		expect(vi.getTimerCount()).toBe(0);
	});

	it("take no page that was under way, and request no other", async () => {
		const [id = ""] = session.enter(1);
		let arrive = (): void => {};
		const { answer } = session;
		session.answer = async (room) => {
			await new Promise<void>((resolve) => {
				arrive = resolve;
			});
			return answer(room);
		};
		const conversation = session.conversations.open(id);
		const jumping = conversation.jumpTo(1);
		await vi.waitUntil(() => session.asked === 1);
		session.conversations.end();
		arrive();
		await expect(jumping).rejects.toMatchObject({ code: "cancelled" });
		expect(conversation.copy()).toBeNull();
		expect(session.asked).toBe(1);
	});
});
