/** A short notice: `warn` for obstacles. */

import type { ComponentChildren } from "preact";
import { words } from "../parts/button";
import type { Icon } from "../parts/icons";

interface NoticeProps {
	icon: Icon;
	title?: string;
	look?: "warn" | "danger" | "calm";
	children: ComponentChildren;
	/** It has just appeared, and is announced to screen readers. */
	alert?: boolean;
}

export function Notice({ icon: Drawing, title, look = "calm", children, alert = false }: NoticeProps) {
	return (
		<div class={words("notice", look)} role={alert ? "alert" : undefined}>
			<Drawing />
			<div>
				{title && <strong>{title}</strong>}
				{children}
			</div>
		</div>
	);
}
