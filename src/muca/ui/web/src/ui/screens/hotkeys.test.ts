// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeChat, fakeRoom } from "../../testing/fake_chat";
import { go, roomRoute, route } from "../route";
import { pressedAnywhere } from "./hotkeys";
import { closeScreen, openScreen, screen } from "./screen";

const chat = fakeChat({
	rooms: [fakeRoom("lobby", "lobby"), fakeRoom("d-1", "direct", "Mary"), fakeRoom("r-1", "named", "Optics")],
});

function press(key: string, options: KeyboardEventInit = {}, target: HTMLElement = document.body): KeyboardEvent {
	const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...options });
	const listen = (heard: KeyboardEvent) => pressedAnywhere(heard, chat);
	document.addEventListener("keydown", listen);
	target.dispatchEvent(event);
	document.removeEventListener("keydown", listen);
	return event;
}

beforeEach(() => go({ is: "list" }));
afterEach(closeScreen);

describe("keys that open a screen", () => {
	it.each([
		["k", { ctrlKey: true }, "palette"],
		["K", { metaKey: true }, "palette"],
		["F", { ctrlKey: true, shiftKey: true }, "search"],
		[",", { ctrlKey: true }, "settings"],
		["?", { shiftKey: true }, "keys"],
	])("%s %j: %s", (key, options, opened) => {
		const event = press(key, options);
		expect(screen.value?.is).toBe(opened);
		expect(event.defaultPrevented).toBe(true);
	});

	it.each([
		["k", {}],
		["f", { ctrlKey: true }],
		["k", { ctrlKey: true, altKey: true }],
	])("%s %j is nobody's", (key, options) => {
		const event = press(key, options);
		expect(screen.value).toBeNull();
		expect(event.defaultPrevented).toBe(false);
	});

	it("leaves the question mark to who is writing, and to another screen", () => {
		const field = document.body.appendChild(document.createElement("textarea"));
		press("?", {}, field);
		expect(screen.value).toBeNull();
		field.remove();
		openScreen({ is: "settings" });
		press("?");
		expect(screen.value?.is).toBe("settings");
	});
});

describe("Alt and arrows", () => {
	const here = () => (route.value.is === "room" ? route.value.room : null);

	it("lead through the rooms as they are listed, and round", () => {
		const seen = [1, 2, 3].map(() => {
			press("ArrowDown", { altKey: true });
			return here();
		});
		expect(seen).toEqual(["r-1", "d-1", "lobby"]);
		press("ArrowUp", { altKey: true });
		expect(here()).toBe("d-1");
	});

	it("stay where a screen is open", () => {
		go(roomRoute("r-1"));
		openScreen({ is: "palette" });
		press("ArrowDown", { altKey: true });
		expect(here()).toBe("r-1");
	});
});
