/** A confirmation before irreversible actions, or ones that others notice. Closes on success, and shows errors. */

import type { ComponentChildren } from "preact";
import { text } from "../../text";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { useDeed } from "./asking";
import { Trouble } from "./trouble";

interface ConfirmProps {
	title: string;
	action: string;
	look?: "danger" | "accent";
	disabled?: boolean;
	onConfirm: () => Promise<unknown>;
	onClose: () => void;
	children: ComponentChildren;
}

export function Confirm({
	title,
	action,
	look = "danger",
	disabled = false,
	onConfirm,
	onClose,
	children,
}: ConfirmProps) {
	const { run, busy, trouble } = useDeed();
	return (
		<Dialog
			title={title}
			onClose={onClose}
			actions={
				<>
					<Button onClick={onClose}>{text.value.screens.all.cancel}</Button>
					<Button look={look} busy={busy} disabled={disabled} onClick={async () => (await run(onConfirm)) && onClose()}>
						{action}
					</Button>
				</>
			}
		>
			<div class="stack">
				{children}
				<Trouble words={trouble?.message} />
			</div>
		</Dialog>
	);
}
