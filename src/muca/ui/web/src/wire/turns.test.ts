import { expect, it } from "vitest";
import { Turns } from "./turns";

function begun(turns: Turns) {
	const names: string[] = [];
	return { names, take: (name: string) => turns.take(() => names.push(name)) };
}

it("lets so many begin, and the next when one has ended", () => {
	const { names, take } = begun(new Turns(2));
	const [first, second] = [take("a"), take("b"), take("c"), take("d")];
	expect(names).toEqual(["a", "b"]);
	second?.();
	second?.();
	expect(names).toEqual(["a", "b", "c"]);
	first?.();
	expect(names).toEqual(["a", "b", "c", "d"]);
});

it("forgets who waits no more", () => {
	const { names, take } = begun(new Turns(1));
	const [first, second] = [take("a"), take("b"), take("c")];
	second?.();
	first?.();
	expect(names).toEqual(["a", "c"]);
});
