import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Chance } from "../testing/chance";

/** A browser's history: what is asked of it is done later, in order, among the page's timers. */
class Browser {
	entries: { state: unknown; url: string }[] = [{ state: null, url: "list" }];
	at = 0;
	tasks: (() => void)[] = [];
	listeners = new Set<() => void>();

	get state(): unknown {
		return this.entries[this.at]?.state ?? null;
	}

	get url(): string {
		return this.entries[this.at]?.url ?? "";
	}

	pushState(state: unknown, _title: string, url = this.url): void {
		this.entries.splice(++this.at, Number.POSITIVE_INFINITY, { state, url });
	}

	replaceState(state: unknown, _title: string, url = this.url): void {
		this.entries[this.at] = { state, url };
	}

	go(delta: number): void {
		this.tasks.push(() => {
			if (this.entries[this.at + delta] === undefined) return;
			this.at += delta;
			for (const listener of this.listeners) listener();
		});
	}

	follow(link: string): void {
		this.pushState(null, "", link);
		for (const listener of this.listeners) listener();
	}

	later(task: () => void): () => void {
		this.tasks.push(task);
		return task;
	}

	forget(task: () => void): void {
		this.tasks = this.tasks.filter((each) => each !== task);
	}

	step(): void {
		this.tasks.shift()?.();
	}

	rest(): void {
		for (let steps = 0; this.tasks.length > 0; steps++) {
			expect(steps).toBeLessThan(100);
			this.step();
		}
	}
}

let browser: Browser;
let page: typeof import("./layers");
let open: { name: string; remove: () => void }[];
let stop: () => void;

beforeEach(async () => {
	browser = new Browser();
	vi.stubGlobal("history", browser);
	vi.stubGlobal("addEventListener", (_: string, listener: () => void) => browser.listeners.add(listener));
	vi.stubGlobal("removeEventListener", (_: string, listener: () => void) => browser.listeners.delete(listener));
	vi.stubGlobal("setTimeout", browser.later.bind(browser));
	vi.stubGlobal("clearTimeout", browser.forget.bind(browser));
	vi.resetModules();
	page = await import("./layers");
	open = [];
	stop = page.startLayers(() => {});
	browser.rest();
});

afterEach(() => {
	stop();
	expect(browser.listeners.size).toBe(0);
	vi.unstubAllGlobals();
});

function show(name: string): void {
	const layer = { name, remove: page.addLayer(() => close(layer)) };
	open.push(layer);
}

function close(layer = open.at(-1)): void {
	if (layer === undefined || !open.includes(layer)) return;
	open.splice(open.indexOf(layer), 1);
	layer.remove();
}

const enter = (url: string, replace = false) => page.enter(url, { replace });
const names = () => open.map(({ name }) => name);

describe("Back", () => {
	it("closes what has just been opened", () => {
		enter("room");
		show("picture");
		browser.go(-1);
		browser.rest();
		expect([browser.url, names()]).toEqual(["room", []]);
	});

	it("leads on when what was open has just been closed", () => {
		enter("room");
		show("picture");
		browser.rest();
		close();
		browser.go(-1); // before the page has taken its entry away
		browser.tasks.unshift(browser.tasks.pop() ?? (() => {}));
		browser.rest();
		expect([browser.url, names()]).toEqual(["list", []]);
	});

	it("closes what lies beneath when the topmost has just been closed", () => {
		enter("room");
		show("settings");
		show("picture");
		browser.rest();
		close();
		browser.go(-1);
		browser.tasks.unshift(browser.tasks.pop() ?? (() => {}));
		browser.rest();
		expect([browser.url, names()]).toEqual(["room", []]);
		browser.go(-1);
		browser.rest();
		expect(browser.url).toBe("list");
	});

	it("leads back to where a layer led away from, and not to the layer", () => {
		enter("room");
		show("profile");
		browser.rest();
		enter("talk");
		close();
		browser.rest();
		browser.go(-1);
		browser.rest();
		expect([browser.url, names()]).toEqual(["room", []]);
	});

	it("leads back from where a link has led", () => {
		enter("room");
		show("picture");
		close();
		browser.follow("elsewhere");
		show("picture");
		browser.go(-1);
		browser.rest();
		expect([browser.url, names()]).toEqual(["elsewhere", []]);
		browser.go(-1);
		browser.rest();
		expect(browser.url).toBe("room");
		browser.go(-1);
		browser.rest();
		expect(browser.url).toBe("list");
	});

	for (let seed = 1; seed <= 300; seed++) {
		it(`does one thing, however busy the browser is: seed ${seed}`, () => {
			const chance = new Chance(seed);
			const places = ["list"];
			const layers: string[] = [];
			for (let step = 0; step < 30; step++) {
				const moves = [
					() => {
						layers.push(`layer ${step}`);
						show(`layer ${step}`);
						browser.rest(); // a person looks at it first
					},
					() => {
						layers.pop();
						close();
					},
					() => {
						layers.shift();
						close(open[0]);
					},
					() => {
						layers.splice(0);
						for (const layer of [...open]) close(layer);
						places.push(`place ${step}`);
						enter(`place ${step}`);
						browser.rest();
					},
					() => {
						layers.splice(0);
						places.push(`link ${step}`);
						browser.follow(`link ${step}`);
					},
					() => {
						layers.splice(0);
						for (const layer of [...open]) close(layer);
						if (places.length === 1) return;
						places[places.length - 1] = `instead ${step}`;
						enter(`instead ${step}`, true);
					},
					() => {
						if (layers.pop() === undefined) {
							if (places.length === 1) return;
							places.pop();
						}
						// A person's Back comes at any moment, and is heard before the next one.
						browser.go(-1);
						const back = browser.tasks.pop() ?? (() => {});
						if (chance.next() < 0.5) browser.tasks.unshift(back);
						else browser.tasks.push(back);
						browser.rest();
					},
					() => browser.step(),
				];
				chance.of(moves)();
			}
			browser.rest();
			expect([browser.url, names()]).toEqual([places.at(-1), layers]);
		});
	}
});
