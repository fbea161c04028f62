import { signal } from "@preact/signals";
import { beforeEach, expect, it } from "vitest";
import { kept, message } from "../testing/samples";
import { Log } from "./log";
import type { Kept } from "./shelf";
import { Unsent } from "./unsent";

const SENDING = { is: "sending" } as const;

let log: Log;
let waiting: Kept[];
let unsent: Unsent;

beforeEach(() => {
	log = new Log(0);
	log.take(log.ask({}), { ROOM: "lobby", EVENTS: [], MORE: false });
	log.showNewest(0);
	waiting = [kept("a"), kept("b")];
	const outside = { me: "me", nickname: "Me", rooms: { find: () => null }, delivery: () => SENDING };
	unsent = new Unsent({ ...outside, unsent: () => waiting }, signal("lobby"), null);
});

const shown = () => unsent.after(log).map(({ key, delivery }) => `${key} ${delivery.is}`);

it("is what waits in the outbox, and keeps its views", () => {
	expect(shown()).toEqual(["a sending", "b sending"]);
	expect(unsent.after(log)[0]).toBe(unsent.after(log)[0]);
});

it("is not what the log has already, by its ID and not by its text", () => {
	log.push(message(1, { FROM: "me", MSG: "text b" }));
	log.push(message(2, { FROM: "me", MSG: "text a", ID: "a" }));
	expect(shown()).toEqual(["b sending"]);
});

it("is also what was acknowledged, until the log has it", () => {
	const [first] = waiting;
	waiting = waiting.slice(1);
	if (first) unsent.stored(first, 1);
	expect(shown()).toEqual(["a stored", "b sending"]);
	log.push(message(1, { FROM: "me", ID: "a" }));
	unsent.follow(log);
	expect(shown()).toEqual(["b sending"]);
});
