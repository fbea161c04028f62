// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import type { Edit } from "./chat";
import { Drafts, EMPTY_DRAFT, forgetDrafts, isEmpty, rewritten, withBack } from "./drafts";

const draft = (text: string) => ({ ...EMPTY_DRAFT, text });

const edit: Edit = { seq: 7, text: "helo", names: {} };

beforeEach(() => {
	localStorage.clear();
});

it("is kept with every letter, so that a page that breaks off loses none", () => {
	const drafts = new Drafts("server", "tony");
	for (const text of ["h", "he", "hel"]) {
		drafts.set("lobby", draft(text));
		expect(new Drafts("server", "tony").get("lobby")).toEqual(draft(text));
	}
});

it("takes the text of a draft that an older page has kept", () => {
	localStorage.setItem("muca draft server tony lobby", JSON.stringify({ text: "hello", replyTo: 3 }));
	expect(new Drafts("server", "tony").get("lobby")).toEqual({ ...draft("hello"), replyTo: 3 });
});

it("has an edit above what else is written, and both survive a reload", () => {
	const both = { ...draft("hello"), replyTo: 3, edit };
	new Drafts("server", "tony").set("lobby", both);
	const again = new Drafts("server", "tony").get("lobby");
	expect(again).toEqual(both);
	expect(rewritten(again, { text: "hello!" })).toEqual({ ...both, edit: { ...edit, text: "hello!" } });
	expect(rewritten({ ...again, edit: null }, { text: "hi" })).toEqual({ ...both, text: "hi", edit: null });
});

it("opens an edit again that was saved and not answered before a reload", () => {
	const drafts = new Drafts("server", "tony");
	drafts.set("lobby", draft("hello"));
	const answered = drafts.ask("lobby", edit);
	const later = drafts.ask("r-1", edit);
	expect(new Drafts("server", "tony").get("lobby")).toEqual({ ...draft("hello"), edit });
	expect(drafts.get("lobby")).toEqual(draft("hello"));
	answered();
	later();
	expect(new Drafts("server", "tony").get("lobby")).toEqual(draft("hello"));
	expect(new Drafts("server", "tony").has("r-1")).toBe(false);
	const other = { ...edit, text: "hallo" };
	const first = drafts.ask("lobby", edit);
	drafts.ask("lobby", other);
	first();
	expect(new Drafts("server", "tony").get("lobby").edit).toEqual(other);
});

it("loses no text when the messages that it speaks of are gone", () => {
	const drafts = new Drafts("server", "tony");
	drafts.set("lobby", { ...draft("hello"), replyTo: 3, edit });
	drafts.set("r-1", { ...EMPTY_DRAFT, edit });
	drafts.forgetPlaces();
	expect(drafts.get("lobby")).toEqual(draft("helo\nhello"));
	expect(drafts.get("r-1")).toEqual(draft("helo"));
});

it("takes back what was written before, with what it answered and whom it meant", () => {
	const back = { text: "one @Mary", replyTo: 3, names: { "@Mary": [{ UID: "mary@lab" }] } };
	expect(withBack(EMPTY_DRAFT, back)).toEqual({ ...EMPTY_DRAFT, ...back });
	expect(withBack({ ...draft("two"), replyTo: 5 }, back)).toEqual({
		...draft("one @Mary\ntwo"),
		...back,
		text: "one @Mary\ntwo",
		replyTo: 5,
	});
	expect(withBack({ ...EMPTY_DRAFT, edit }, back)).toEqual({ ...EMPTY_DRAFT, ...back, edit });
});

it("keeps accounts, servers and rooms apart", () => {
	const drafts = new Drafts("server", "tony");
	drafts.set("lobby", draft("hello"));
	expect(drafts.has("r-1")).toBe(false);
	expect(new Drafts("server", "mary").has("lobby")).toBe(false);
	expect(new Drafts("other", "tony").has("lobby")).toBe(false);
});

it("leaves alone what another tab has written", () => {
	const [one, other] = [new Drafts("server", "tony"), new Drafts("server", "tony")];
	one.set("lobby", draft("hello"));
	other.set("r-1", draft("there"));
	one.set("r-2", draft("!"));
	other.set("lobby", other.get("lobby"));
	const again = new Drafts("server", "tony");
	expect(["lobby", "r-1", "r-2"].map((room) => again.get(room).text)).toEqual(["hello", "there", "!"]);
});

it("is forgotten with the account, and with no other", () => {
	new Drafts("server", "tony").set("lobby", draft("hello"));
	new Drafts("server", "mary").set("lobby", draft("hello"));
	forgetDrafts("server", "tony");
	expect(new Drafts("server", "tony").has("lobby")).toBe(false);
	expect(new Drafts("server", "mary").has("lobby")).toBe(true);
});

it("keeps nothing of what was sent or taken back, and says when that changes", () => {
	const drafts = new Drafts("server", "tony");
	expect(drafts.set("lobby", draft("hello"))).toBe(true);
	expect(drafts.set("lobby", draft("hello you"))).toBe(false);
	expect(drafts.set("lobby", EMPTY_DRAFT)).toBe(true);
	expect(localStorage).toHaveLength(0);
});

it("is empty without text, answer and edit", () => {
	expect(isEmpty(draft(" \n"))).toBe(true);
	expect(isEmpty({ ...EMPTY_DRAFT, replyTo: 3 })).toBe(false);
	expect(isEmpty({ ...EMPTY_DRAFT, edit })).toBe(false);
});
