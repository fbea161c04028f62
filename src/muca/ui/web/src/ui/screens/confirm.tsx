/** A question before what cannot be taken back, or what others notice. Closes once it is done; says why if it cannot be. */

import type { ComponentChildren } from "preact";
import { text } from "../../text";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { AlertIcon } from "../parts/icons";
import { useDeed } from "./asking";
import { Notice } from "./notice";

interface ConfirmProps {
	title: string;
	action: string;
	look?: "danger" | "accent";
	onConfirm: () => Promise<unknown>;
	onClose: () => void;
	children: ComponentChildren;
}

export function Confirm({ title, action, look = "danger", onConfirm, onClose, children }: ConfirmProps) {
	const { run, busy, trouble } = useDeed();
	return (
		<Dialog
			title={title}
			onClose={onClose}
			actions={
				<>
					<Button onClick={onClose}>{text.value.screens.all.cancel}</Button>
					<Button look={look} busy={busy} onClick={async () => (await run(onConfirm)) && onClose()}>
						{action}
					</Button>
				</>
			}
		>
			<div class="stack">
				{children}
				{trouble && (
					<Notice icon={AlertIcon} look="danger" alert>
						<p>{trouble.message}</p>
					</Notice>
				)}
			</div>
		</Dialog>
	);
}
