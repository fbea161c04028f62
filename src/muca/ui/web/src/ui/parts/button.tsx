/** Buttons: `accent` is the one thing to do here, `danger` what cannot be undone, `quiet` and `link` the rest. */

import type { ButtonHTMLAttributes, ComponentChildren, Ref } from "preact";
import type { Icon } from "./icons";
import { Spinner } from "./spinner";

type ButtonAttributes = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "label">;

interface ButtonProps extends ButtonAttributes {
	look?: "accent" | "danger" | "quiet" | "link";
	icon?: Icon;
	/** It is being done: shown, and not to be pressed again. */
	busy?: boolean;
	children: ComponentChildren;
	ref?: Ref<HTMLButtonElement>;
}

export function Button({ look, icon: Drawing, busy = false, children, class: more, ...rest }: ButtonProps) {
	return (
		<button
			type="button"
			{...rest}
			class={words("button", look, more)}
			disabled={busy || rest.disabled}
			aria-busy={busy || undefined}
		>
			{busy ? <Spinner /> : Drawing && <Drawing />}
			{children}
		</button>
	);
}

interface IconButtonProps extends ButtonAttributes {
	icon: Icon;
	/** Its name, also shown when the pointer rests on it. */
	label: string;
	small?: boolean;
	/** At its corner. */
	badge?: ComponentChildren;
	ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon: Drawing, label, small = false, badge, class: more, ...rest }: IconButtonProps) {
	return (
		<button
			type="button"
			title={label}
			aria-label={label}
			{...rest}
			class={words("icon-button", small && "small", more)}
		>
			<Drawing />
			{badge}
		</button>
	);
}

/** Class names, without those that do not hold. */
export function words(...names: unknown[]): string {
	return names.filter((name) => typeof name === "string" && name !== "").join(" ");
}
