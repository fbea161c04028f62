/** A native dialog: it traps the focus, closes with Esc and Back, and restores the focus. Open while it is rendered. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { text } from "../../text";
import { useLayer } from "../layers";
import { IconButton, words } from "./button";
import { CloseIcon } from "./icons";

interface DialogProps {
	title: string;
	onClose: () => void;
	children: ComponentChildren;
	/** The buttons at the bottom, the primary one last. */
	actions?: ComponentChildren;
	wide?: boolean;
	class?: string;
}

export function Dialog({ title, onClose, children, actions, wide = false, class: more }: DialogProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	const pressedOutside = useRef(false);
	const id = useId();
	useLayer(onClose);

	useLayoutEffect(() => {
		const element = dialog.current;
		const before = document.activeElement;
		element?.showModal();
		return () => {
			element?.close();
			if (before instanceof HTMLElement && before.isConnected) before.focus();
		};
	}, []);

	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key for it, which the browser brings as `cancel`
		<dialog
			ref={dialog}
			class={words("dialog", wide && "wide", more)}
			aria-labelledby={id}
			onCancel={(event) => {
				if (event.target !== dialog.current) return; // a file chooser's, which bubbles
				event.preventDefault();
				onClose();
			}}
			onPointerDown={(event) => {
				pressedOutside.current = event.target === dialog.current;
			}}
			onClick={(event) => {
				if (pressedOutside.current && event.target === dialog.current) onClose();
			}}
		>
			<header>
				<h2 id={id}>{title}</h2>
				<IconButton icon={CloseIcon} label={text.value.conversation.close} onClick={onClose} />
			</header>
			<div class="content">{children}</div>
			{actions !== undefined && <footer>{actions}</footer>}
		</dialog>
	);
}
