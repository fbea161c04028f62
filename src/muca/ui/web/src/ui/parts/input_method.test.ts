// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { leaveKeysToInputMethods } from "./input_method";

it.each<[string, KeyboardEventInit, number]>([
	["Enter", {}, 1],
	["Enter", { isComposing: true }, 0],
	["Enter", { keyCode: 229 }, 0],
	["Escape", { keyCode: 229 }, 0],
	["k", { ctrlKey: true, isComposing: true }, 0],
	["Process", { keyCode: 229 }, 0],
])("%s, %j: heard %i times", (key, options, times) => {
	leaveKeysToInputMethods();
	const field = document.body.appendChild(document.createElement("input"));
	let heard = 0;
	field.addEventListener("keydown", () => {
		heard += 1;
	});
	const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
	if (options.keyCode) Object.defineProperty(event, "keyCode", { value: options.keyCode });
	field.dispatchEvent(event);
	expect(heard).toBe(times);
	field.remove();
});
