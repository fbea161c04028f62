/** Screen readers hear what is said in the open conversation, but not all of a flood. */

import { useEffect } from "preact/hooks";
import type { Conversation } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { announce } from "../parts/toast";
import { quoted } from "./quote";

const GATHER_MS = 700;
const EACH_MAX = 3;

export function useSpokenMessages(conversation: Conversation): void {
	const chat = useChat();
	useEffect(() => {
		let waiting: string[] = [];
		let timer: ReturnType<typeof setTimeout> | undefined;
		const say = () => {
			announce(waiting.length > EACH_MAX ? text.value.conversation.newCount(waiting.length) : waiting.join("\n"));
			waiting = [];
			timer = undefined;
		};
		const stop = chat.onMessage((message, room) => {
			if (room.id !== conversation.id.value || message.ignored) return;
			waiting.push(`${message.nickname}: ${quoted(message)}`);
			timer ??= setTimeout(say, GATHER_MS);
		});
		return () => {
			stop();
			clearTimeout(timer);
		};
	}, [chat, conversation]);
}
