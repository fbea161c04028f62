/** Announces messages to screen readers: all in the open conversation, elsewhere those to notify about; limited in a flood. */

import { useEffect } from "preact/hooks";
import type { Conversation, Heard } from "../../chat/chat";
import { isWanted } from "../../notify/rules";
import { wishes } from "../../notify/wishes";
import { text } from "../../text";
import { useChat } from "../chat";
import { roomName } from "../names";
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
		const stop = chat.onMessage((heard) => {
			const { is, message, room } = heard;
			const isHere = room.id === conversation.id.value;
			if (isHere ? is !== "new" || message.ignored : !isWanted(wishes.value, heard)) return;
			waiting.push(`${isHere ? message.nickname : fromElsewhere(heard)}: ${quoted(message)}`);
			timer ??= setTimeout(say, GATHER_MS);
		});
		return () => {
			stop();
			clearTimeout(timer);
		};
	}, [chat, conversation]);
}

function fromElsewhere({ message, room }: Heard): string {
	if (room.kind === "direct") return text.value.conversation.privateMessage(message.nickname);
	return text.value.screens.notify.title(message.nickname, roomName(room));
}
