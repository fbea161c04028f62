/** The list of a combobox. The field keeps the focus, and sets the selected option. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface OptionListProps<Item> {
	/** Option n has the id `<id>-n`. */
	id: string;
	label: string;
	items: readonly Item[];
	at: number;
	keyOf: (item: Item) => string;
	draw: (item: Item) => ComponentChildren;
	onPick: (item: Item) => void;
}

export function OptionList<Item>({ id, label, items, at, keyOf, draw, onPick }: OptionListProps<Item>) {
	const list = useRef<HTMLDivElement>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the option at hand stays in view
	useLayoutEffect(() => {
		list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
	}, [at, items]);
	return (
		<div ref={list} id={id} class="options" role="listbox" aria-label={label}>
			{items.map((item, index) => (
				// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
				// biome-ignore lint/a11y/useFocusableInteractive: the field has the focus
				<div
					key={keyOf(item)}
					id={`${id}-${index}`}
					role="option"
					aria-selected={index === at}
					class="option"
					onPointerDown={(event) => event.preventDefault()}
					onClick={() => onPick(item)}
				>
					{draw(item)}
				</div>
			))}
		</div>
	);
}
