/** A short notice: `warn` for obstacles. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../parts/button";
import type { Icon } from "../parts/icons";

interface NoticeProps {
	icon: Icon;
	title?: string;
	look?: "warn" | "danger" | "calm";
	children: ComponentChildren;
	/** It has just appeared: it is announced to screen readers and scrolled into view. */
	alert?: boolean;
}

export function Notice({ icon: Drawing, title, look = "calm", children, alert = false }: NoticeProps) {
	const box = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		if (alert) box.current?.scrollIntoView({ block: "nearest" });
	}, [alert]);
	return (
		<div ref={box} class={words("notice", look)} role={alert ? "alert" : undefined}>
			<Drawing />
			<div>
				{title && <strong>{title}</strong>}
				{children}
			</div>
		</div>
	);
}
