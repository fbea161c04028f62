// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test } from "vitest";
import { announce, Toasts } from "./toast";

// The test browser has none of these.
HTMLElement.prototype.hidePopover ??= () => {};
HTMLElement.prototype.showPopover ??= () => {};

test("the same words twice are news twice", async () => {
	await act(() => render(<Toasts />, document.body));
	const said = () => document.querySelector("[aria-live] > *");
	await act(() => announce("Mary: yes"));
	const first = said();
	expect(first?.textContent).toBe("Mary: yes");
	await act(() => announce("Mary: yes"));
	expect(said()?.textContent).toBe("Mary: yes");
	expect(said()).not.toBe(first);
});
