/** A menu: arrow keys, Home, End and first letters move in it; Esc and Tab close it. */

import type { ComponentChildren } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./button";
import { type Anchor, Floating } from "./floating";
import type { Icon } from "./icons";

export interface MenuItem {
	label: string;
	icon?: Icon;
	danger?: boolean;
	badge?: ComponentChildren;
	disabled?: boolean;
	onPick: () => void;
}
/** `null` and `false` are skipped; "line" is a separator. */
export type MenuItems = readonly (MenuItem | "line" | false | null)[];

interface MenuProps {
	anchor: Anchor;
	label: string;
	items: MenuItems;
	align?: "start" | "end";
	onClose: () => void;
}

export function Menu({ anchor, label, items, align = "start", onClose }: MenuProps) {
	const list = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => entries(list.current)[0]?.focus(), []);

	return (
		<Floating anchor={anchor} align={align} onClose={onClose}>
			<div
				ref={list}
				class="menu"
				role="menu"
				aria-label={label}
				onKeyDown={(event) => move(event, list.current, onClose)}
			>
				{items.map((item, index) => {
					if (!item) return null;
					// biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else
					if (item === "line") return <hr key={index} />;
					const { label: name, icon: Drawing, danger, badge, disabled, onPick } = item;
					return (
						<button
							key={name}
							type="button"
							role="menuitem"
							tabIndex={-1}
							class={danger ? "danger" : ""}
							disabled={disabled}
							onClick={() => {
								onClose();
								onPick();
							}}
						>
							{Drawing && <Drawing />}
							<span>{name}</span>
							{badge}
						</button>
					);
				})}
			</div>
		</Floating>
	);
}

interface MenuButtonProps {
	icon: Icon;
	label: string;
	items: MenuItems;
	align?: "start" | "end";
	small?: boolean;
}

export function MenuButton({ icon, label, items, align = "end", small = false }: MenuButtonProps) {
	const [anchor, setAnchor] = useState<HTMLElement | null>(null);
	const close = useCallback(() => setAnchor(null), []);
	return (
		<>
			<IconButton
				icon={icon}
				label={label}
				small={small}
				aria-haspopup="menu"
				aria-expanded={anchor !== null}
				onClick={(event) => setAnchor(anchor === null ? event.currentTarget : null)}
			/>
			{anchor && <Menu anchor={anchor} label={label} items={items} align={align} onClose={close} />}
		</>
	);
}

const entries = (list: HTMLElement | null): HTMLElement[] =>
	Array.from(list?.querySelectorAll<HTMLElement>("[role=menuitem]:not(:disabled)") ?? []);

function move(event: KeyboardEvent, list: HTMLElement | null, onClose: () => void): void {
	const all = entries(list);
	const at = all.indexOf(document.activeElement as HTMLElement);
	const to = (index: number) => all[(index + all.length) % all.length]?.focus();
	if (event.key === "ArrowDown") to(at + 1);
	else if (event.key === "ArrowUp") to(at - 1);
	else if (event.key === "Home") to(0);
	else if (event.key === "End") to(-1);
	else if (event.key === "Tab") onClose();
	else if (/^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey) {
		const letter = event.key.toLocaleLowerCase();
		const later = [...all.slice(at + 1), ...all.slice(0, at + 1)];
		later.find((item) => item.textContent?.trim().toLocaleLowerCase().startsWith(letter))?.focus();
	} else return;
	event.preventDefault();
}
