/** The state of a message; nothing if it is stored on the server. */

import type { Delivery, MessageView } from "../../chat/chat";
import { text } from "../../text";
import { Button } from "../parts/button";
import { AlertIcon, ClockIcon } from "../parts/icons";
import { usePlace } from "./place";

/** Beside the time. */
export function DeliveryState({ message }: { message: MessageView }) {
	const { takeBack } = usePlace();
	const words = text.value.conversation.delivery;
	const state =
		message.delivery.is === "stored"
			? changeWords(message.change)
			: { sending: words.sending, kept: words.kept, failed: null }[message.delivery.is];
	if (!state) return null;
	return (
		<span class="state" data-brief={message.delivery.is === "sending" || message.change?.is === "sending"}>
			<ClockIcon />
			{state}
			{(message.delivery.is === "kept" || message.waiting.length > 0) && (
				<Button look="link" class="take-back" onClick={() => takeBack(message)}>
					{words.takeBack}
				</Button>
			)}
		</span>
	);
}

/** Below it, with buttons to retry or cancel. */
export function DeliveryFailure({ message }: { message: MessageView }) {
	const { conversation, takeBack } = usePlace();
	const words = text.value.conversation.delivery;
	const { delivery, change, key } = message;
	if (delivery.is === "failed") {
		return (
			<div class="failure" role="alert">
				<AlertIcon />
				<span>{words.failed(delivery.text)}</span>
				<Button onClick={() => conversation.retry(key)}>{words.tryAgain}</Button>
				<Button look="quiet" onClick={() => takeBack(message)}>
					{words.takeBack}
				</Button>
			</div>
		);
	}
	if (change?.is === "failed") {
		return (
			<div class="failure" role="alert">
				<AlertIcon />
				<span>{words.notChanged(change.text)}</span>
			</div>
		);
	}
	return null;
}

function changeWords(change: Delivery | null): string | null {
	const words = text.value.conversation.delivery;
	if (change?.is === "sending") return words.changing;
	return change?.is === "kept" ? words.changeKept : null;
}
