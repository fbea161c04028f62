import { expect, it } from "vitest";
import type { Message } from "../wire/words";
import type { Chat } from "./chat";
import { exportOwn } from "./export";

const SERVER = { ID: "s", NAME: "Lab", VERSION: "0" };
const message = (SEQ: number): Message => ({
	CMD: "MSG",
	ROOM: "lobby",
	SEQ,
	TS: SEQ,
	TYPE: "ALL",
	FROM: "tony",
	UN: "Tony",
	MSG: `«${SEQ}» "quoted"`,
});

/** SEARCH over so many messages, the newest first. */
function searching(count: number): { ask: Chat["ask"]; queries: unknown[] } {
	const queries: unknown[] = [];
	const ask = async (_: string, fields: { BEFORE?: number; LIMIT?: number; QUERY?: string } = {}) => {
		const { BEFORE = count + 1, LIMIT = 0, QUERY } = fields;
		queries.push(QUERY);
		const seqs = Array.from({ length: Math.min(LIMIT, BEFORE - 1) }, (_, index) => BEFORE - 1 - index);
		const NEXT = seqs.at(-1) ?? 1;
		return { HITS: seqs.map((seq) => ({ MESSAGE: message(seq), MARKS: [] })), ...(NEXT > 1 && { NEXT }) };
	};
	return { ask: ask as Chat["ask"], queries };
}

it("has every message once, and can be read", async () => {
	const counts: number[] = [];
	const { ask } = searching(25);
	const blob = await exportOwn(ask, "tony", SERVER, 10, { progress: (count) => counts.push(count) });
	const all = JSON.parse(await blob.text());
	expect(all.MESSAGES.map(({ SEQ }: Message) => SEQ)).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
	expect(all.UID).toBe("tony");
	expect(counts).toEqual([10, 20, 25]);
});

it("has nothing to say of who wrote nothing", async () => {
	const blob = await exportOwn(searching(0).ask, "tony", SERVER, 10);
	expect(JSON.parse(await blob.text()).MESSAGES).toEqual([]);
});

it("quotes a user id with blanks", async () => {
	const { ask, queries } = searching(1);
	await exportOwn(ask, "Tony Smith", SERVER, 10);
	expect(queries).toEqual(['from:"Tony Smith"']);
});

it("stops when it is told to", async () => {
	const stop = new AbortController();
	const work = exportOwn(searching(100).ask, "tony", SERVER, 10, { progress: () => stop.abort(), signal: stop.signal });
	await expect(work).rejects.toThrow();
});
