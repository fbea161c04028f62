import { effect } from "@preact/signals";
import { beforeEach, expect, it } from "vitest";
import { view } from "../testing/samples";
import type { MessageView } from "./chat";
import { type Quote, Quotes } from "./quotes";

const known = new Map<number, MessageView | null>();
let loaded: number[];
/** How often each message was looked at. */
let looks: number;
let quotes: Quotes;

beforeEach(() => {
	known.clear();
	loaded = [];
	looks = 0;
	quotes = new Quotes({
		get(seq) {
			looks += 1;
			return known.get(seq) ?? (known.has(seq) ? null : "loading");
		},
		load: (seq) => loaded.push(seq),
		changed: () => {},
	});
});

const watch = (seq: number): { shown: Quote[]; stop: () => void } => {
	const shown: Quote[] = [];
	const quote = quotes.of(seq);
	return { shown, stop: effect(() => void shown.push(quote.value)) };
};

it("follows what somebody looks at, and requests what is not known", () => {
	const { shown } = watch(3);
	expect(loaded).toEqual([3]);
	known.set(3, view(3));
	quotes.follow();
	known.set(3, null);
	quotes.follow();
	expect(shown).toEqual(["loading", view(3), null]);
});

it("has one signal for all who look at the same message", () => {
	known.set(3, view(3));
	watch(3);
	watch(3);
	looks = 0;
	quotes.follow();
	expect(looks).toBe(1);
});

it("lets go of a message when nobody looks at it any more", () => {
	const watched = Array.from({ length: 1_000 }, (_, seq) => watch(seq));
	for (const { stop } of watched) stop();
	looks = 0;
	loaded = [];
	quotes.follow();
	quotes.load();
	expect([looks, loaded]).toEqual([0, []]);
});

it("follows it again when somebody looks again", () => {
	const quote = quotes.of(3);
	effect(() => void quote.value)();
	known.set(3, view(3));
	const shown: Quote[] = [];
	effect(() => void shown.push(quote.value));
	quotes.follow();
	expect(shown).toEqual(["loading", view(3)]);
});
