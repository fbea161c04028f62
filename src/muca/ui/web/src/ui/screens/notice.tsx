/** A few lines that matter here: `warn` for what stands in the way. */

import type { ComponentChildren } from "preact";
import { words } from "../parts/button";
import type { Icon } from "../parts/icons";

interface NoticeProps {
	icon: Icon;
	title?: string;
	look?: "warn" | "danger" | "calm";
	children: ComponentChildren;
	/** It has just come up: said to screen readers at once. */
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
