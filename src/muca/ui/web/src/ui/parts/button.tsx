/** Buttons: `accent` for the primary action, `danger` for irreversible ones, `quiet` and `link` for others. */

import type { ButtonHTMLAttributes, ComponentChildren, Ref } from "preact";
import type { Icon } from "./icons";
import { Spinner } from "./spinner";

type ButtonAttributes = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon" | "label">;

interface ButtonProps extends ButtonAttributes {
	look?: "accent" | "danger" | "quiet" | "link";
	icon?: Icon;
	/** The action is in progress: show it, and disable the button. */
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
	/** Its name, also shown as a tooltip. */
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

/** Joins class names, without false values. */
export function words(...names: unknown[]): string {
	return names.filter((name) => typeof name === "string" && name !== "").join(" ");
}
