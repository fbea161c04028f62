// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "../../chat/chat";
import { type Answer, type Deed, useAnswer, useDeed } from "./asking";

let page: HTMLElement;
beforeEach(() => {
	page = document.createElement("div");
	vi.useFakeTimers();
});
afterEach(() => {
	render(null, page);
	vi.useRealTimers();
});

/** A promise to be kept by hand. */
function later<T>() {
	let resolve: (value: T) => void = () => {};
	const promise = new Promise<T>((kept) => {
		resolve = kept;
	});
	return { promise, resolve };
}

let answer: Answer<string>;
function Reader({ read, about }: { read: () => Promise<string>; about: string }) {
	answer = useAnswer(read, [about]);
	return null;
}

let deed: Deed;
function Doer() {
	deed = useDeed();
	return null;
}

describe("useAnswer", () => {
	const show = (read: () => Promise<string>, about = "") =>
		act(async () => render(<Reader read={read} about={about} />, page));

	it("reads once, and again when asked or when it is about something else", async () => {
		const read = vi.fn(async () => "what");
		await show(read);
		await show(read);
		expect(answer.value).toBe("what");
		expect(read).toHaveBeenCalledTimes(1);
		await act(async () => answer.again());
		await show(read, "other");
		expect(read).toHaveBeenCalledTimes(3);
	});

	it("says in the refusal's words what is wrong", async () => {
		await show(async () => {
			throw new Refusal("no_such_room", "There is no such room.");
		});
		await act(async () => {});
		expect(answer).toMatchObject({ value: null, trouble: "There is no such room." });
	});

	it("takes the last of overlapping answers", async () => {
		const first = later<string>();
		await show(() => first.promise, "a");
		await show(async () => "second", "b");
		await act(async () => first.resolve("first"));
		expect(answer.value).toBe("second");
	});
});

describe("useDeed", () => {
	beforeEach(() => act(() => render(<Doer />, page)));

	it("does one thing at a time, and says how it went", async () => {
		const work = later<void>();
		let went: Promise<boolean> = Promise.resolve(false);
		await act(async () => {
			went = deed.run(() => work.promise);
		});
		expect(deed.busy).toBe(true);
		expect(await deed.run(async () => {})).toBe(false);
		await act(async () => work.resolve());
		expect(await went).toBe(true);
		expect(deed.busy).toBe(false);
	});

	it("counts down to when it may be tried again, then forgets the trouble", async () => {
		await act(async () => {
			await deed.run(async () => {
				throw new Refusal("slow_down", "Slow down.", 2);
			});
		});
		expect(deed.trouble?.code).toBe("slow_down");
		expect(deed.wait).toBe(2);
		await act(() => void vi.advanceTimersByTime(1_000));
		expect(deed.wait).toBe(1);
		await act(() => void vi.advanceTimersByTime(1_000));
		expect(deed.wait).toBeNull();
		expect(deed.trouble).toBeNull();
	});
});
