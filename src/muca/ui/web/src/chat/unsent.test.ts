import { beforeEach, expect, it } from "vitest";
import { kept, message, view } from "../testing/samples";
import { Log } from "./log";
import type { Kept } from "./shelf";
import { Unsent } from "./unsent";

let log: Log;
let waiting: Kept[];
/** How many views were made. */
let made: number;
let unsent: Unsent;

beforeEach(() => {
	log = new Log(0);
	log.take(log.ask({}), { ROOM: "lobby", EVENTS: [], MORE: false });
	log.showNewest(0);
	waiting = [kept("a"), kept("b")];
	made = 0;
	unsent = new Unsent({
		get waiting() {
			return waiting;
		},
		delivery: () => ({ is: "sending" }),
		view: ({ id }, delivery) => {
			made += 1;
			return view(null, { key: id, delivery });
		},
	});
});

const shown = () => unsent.after(log).map(({ key, delivery }) => `${key} ${delivery.is}`);

it("is what waits in the outbox, and keeps its views", () => {
	expect(shown()).toEqual(["a sending", "b sending"]);
	expect([shown().length, made]).toEqual([2, 2]);
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
