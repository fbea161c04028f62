import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Block, type Colors, type ColorWorker, startColoring } from "./coloring";

const RED: Colors = { type: "root", children: [] };

class FakeWorker implements ColorWorker {
	onmessage: ColorWorker["onmessage"] = null;
	onerror: ColorWorker["onerror"] = null;
	isEnded = false;
	readonly asked: string[] = [];
	postMessage({ source }: Block): void {
		this.asked.push(source);
	}
	say(data: unknown): Promise<void> {
		this.onmessage?.({ data } as MessageEvent);
		return settled();
	}
	fail(): Promise<void> {
		this.onerror?.({ message: "404" } as ErrorEvent);
		return settled();
	}
	terminate(): void {
		this.isEnded = true;
	}
}

async function settled(): Promise<void> {
	for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

let workers: FakeWorker[];
let colorsOf: ReturnType<typeof startColoring>;
const colors = (source: string) => colorsOf({ source, language: "py" });
const worker = (): FakeWorker => {
	const last = workers.at(-1);
	if (!last) throw new Error("There is no worker yet.");
	return last;
};

beforeEach(() => {
	vi.useFakeTimers();
	vi.spyOn(console, "info").mockImplementation(() => {});
	workers = [];
	colorsOf = startColoring(() => {
		workers.push(new FakeWorker());
		return worker();
	});
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

test("one worker takes block after block, and a block that it had has its colours at once", async () => {
	const [a, b] = [colors("a"), colors("b")];
	await settled();
	expect(worker().asked).toEqual([]);
	await worker().say("ready");
	expect(worker().asked).toEqual(["a"]);
	await worker().say(RED);
	expect([a.value, b.value]).toEqual([RED, null]);
	await worker().say(RED);
	expect(b.value).toEqual(RED);
	expect(colors("a")).toBe(a);
	await settled();
	expect(worker().asked).toEqual(["a", "b"]);
	expect(workers.length).toBe(1);
});

test("code that takes too long stays as it is, and the next block has another worker", async () => {
	const [slow, next] = [colors("slow"), colors("next")];
	await settled();
	const first = worker();
	await first.say("ready");
	vi.advanceTimersByTime(2_000);
	await settled();
	expect(first.isEnded).toBe(true);
	await worker().say("ready");
	expect(worker()).not.toBe(first);
	expect(worker().asked).toEqual(["next"]);
	await worker().say(RED);
	expect([slow.value, next.value]).toEqual([null, RED]);
	expect(colors("slow")).toBe(slow);
});

test("a worker that cannot be had is asked for again", async () => {
	const first = colors("a");
	await settled();
	vi.advanceTimersByTime(60_000); // a slow network is no reason to give up
	await worker().fail();
	expect(first.value).toBeNull();
	const again = colors("a");
	await settled();
	await worker().say("ready");
	await worker().say(RED);
	expect(again.value).toEqual(RED);
	expect(workers.length).toBe(2);
});

test("only so many blocks are kept", async () => {
	const first = colors("0");
	for (let each = 1; each < 201; each++) colors(String(each));
	expect(colors("200")).toBe(colors("200"));
	expect(colors("0")).not.toBe(first);
});
