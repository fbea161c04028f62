// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Drafts, EMPTY_DRAFT, forgetDrafts, isEmpty } from "./drafts";

const draft = (text: string) => ({ ...EMPTY_DRAFT, text });

beforeEach(() => {
	localStorage.clear();
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

it("survives a reload, a moment after it was written", () => {
	const drafts = new Drafts("server", "tony");
	drafts.set("lobby", draft("hel"));
	drafts.set("lobby", draft("hello"));
	expect(new Drafts("server", "tony").get("lobby")).toEqual(EMPTY_DRAFT);
	vi.advanceTimersByTime(300);
	expect(new Drafts("server", "tony").get("lobby")).toEqual(draft("hello"));
});

it("takes what an older page has kept", () => {
	localStorage.setItem("muca draft server tony lobby", JSON.stringify({ text: "hello", replyTo: null, editing: 3 }));
	expect(new Drafts("server", "tony").get("lobby")).toEqual({ ...draft("hello"), editing: 3 });
});

it("survives a page that is closed at once", () => {
	new Drafts("server", "tony").set("lobby", draft("hello"));
	dispatchEvent(new Event("pagehide"));
	expect(new Drafts("server", "tony").has("lobby")).toBe(true);
});

it("keeps accounts, servers and rooms apart", () => {
	const drafts = new Drafts("server", "tony");
	drafts.set("lobby", draft("hello"));
	vi.advanceTimersByTime(300);
	expect(drafts.has("r-1")).toBe(false);
	expect(new Drafts("server", "mary").has("lobby")).toBe(false);
	expect(new Drafts("other", "tony").has("lobby")).toBe(false);
});

it("leaves alone what another tab has written", () => {
	const [one, other] = [new Drafts("server", "tony"), new Drafts("server", "tony")];
	one.set("lobby", draft("hello"));
	other.set("r-1", draft("there"));
	vi.advanceTimersByTime(300);
	one.set("r-2", draft("!"));
	vi.advanceTimersByTime(300);
	const again = new Drafts("server", "tony");
	expect(["lobby", "r-1", "r-2"].map((room) => again.get(room).text)).toEqual(["hello", "there", "!"]);
});

it("is forgotten with the account, and with no other", () => {
	new Drafts("server", "tony").set("lobby", draft("hello"));
	new Drafts("server", "mary").set("lobby", draft("hello"));
	vi.advanceTimersByTime(300);
	forgetDrafts("server", "tony");
	expect(new Drafts("server", "tony").has("lobby")).toBe(false);
	expect(new Drafts("server", "mary").has("lobby")).toBe(true);
});

it("keeps nothing of what was sent or taken back, and says when that changes", () => {
	const drafts = new Drafts("server", "tony");
	expect(drafts.set("lobby", draft("hello"))).toBe(true);
	expect(drafts.set("lobby", draft("hello you"))).toBe(false);
	expect(drafts.set("lobby", EMPTY_DRAFT)).toBe(true);
	vi.advanceTimersByTime(300);
	expect(localStorage).toHaveLength(0);
});

it("is empty without text, answer and edit", () => {
	expect(isEmpty(draft(" \n"))).toBe(true);
	expect(isEmpty({ ...EMPTY_DRAFT, replyTo: 3 })).toBe(false);
	expect(isEmpty({ ...EMPTY_DRAFT, editing: 3 })).toBe(false);
});
