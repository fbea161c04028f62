/** Jumps to a day: the first message on that day or later. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../../chat/chat";
import { text } from "../../text";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { Floating } from "../parts/floating";
import { useDeed } from "../screens/asking";

interface DateJumpProps {
	anchor: HTMLElement;
	conversation: Conversation;
	onJump: (key: string) => void;
	onClose: () => void;
}

export function DateJump({ anchor, conversation, onJump, onClose }: DateJumpProps) {
	const words = text.value.conversation;
	const field = useRef<HTMLInputElement>(null);
	const [date, setDate] = useState(() => isoDate(new Date()));
	const deed = useDeed();
	useLayoutEffect(() => field.current?.focus(), []);

	const jump = async (event: Event) => {
		event.preventDefault();
		const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
		const midnight = new Date(year, month - 1, day).getTime(); // local time, not UTC
		await deed.run(async () => {
			onJump(await conversation.jumpToDate(midnight));
			onClose();
		});
	};

	return (
		<Floating anchor={anchor} align="end" onClose={onClose}>
			<form class="date-jump" aria-label={words.jumpToDate} onSubmit={jump}>
				<Field
					ref={field}
					label={words.date}
					type="date"
					required
					max={isoDate(new Date())}
					value={date}
					wrong={deed.trouble?.message}
					onInput={(event) => setDate(event.currentTarget.value)}
				/>
				<Button look="accent" type="submit" busy={deed.busy}>
					{words.jumpThere}
				</Button>
			</form>
		</Floating>
	);
}

const isoDate = (date: Date): string =>
	`${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
