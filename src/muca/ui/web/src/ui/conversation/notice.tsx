/** Events of a room other than messages, as short texts. */

import type { Chat } from "../../chat/chat";
import { dateAndTime, exactTime, text, timeOfDay } from "../../text";
import type { Event } from "../../wire/words";
import { useChat } from "../chat";
import { isolated } from "../names";

export function Notice({ event }: { event: Event }) {
	const said = useNoticeWords(event);
	if (said === null) return null;
	return (
		<p class="happening">
			<span>{said}</span>{" "}
			<time dateTime={new Date(event.TS).toISOString()} title={exactTime(event.TS)}>
				{timeOfDay(event.TS)}
			</time>
		</p>
	);
}

/** Null for kinds that this page does not know. */
function useNoticeWords(event: Event): string | null {
	const chat = useChat();
	const words = text.value.conversation.notices;
	const me = chat.me.value?.uid;
	const who = event.FROM === me ? null : nickname(chat, event.FROM, event.UN);
	const whom = event.UID === me ? null : nickname(chat, event.UID ?? "", event.UID ?? "");
	const until = event.UNTIL ? dateAndTime(event.UNTIL) : null;
	switch (event.KIND) {
		case "create":
			return words.create(who);
		case "set":
			return Object.entries(event.SETTINGS ?? {})
				.flatMap(([name, value]) => words.set(who, name, typeof value === "string" ? isolated(value) : value) ?? [])
				.join(" ");
		case "enter":
			return words.enter(who);
		case "exit":
			return words.exit(who);
		case "invite":
			return words.invite(who, whom);
		case "kick":
			return withReason(words.kick(who, whom), event.MSG);
		case "ban":
			return withReason(words.ban(who, whom, until), event.MSG);
		case "unban":
			return words.unban(who, whom);
		case "mute":
			return withReason(words.mute(who, whom, until), event.MSG);
		case "unmute":
			return words.unmute(who, whom);
		case "role":
			return words.role(who, whom, event.ROLE ?? "member");
		default:
			return null;
	}
}

function nickname(chat: Chat, uid: string, then: string): string {
	const { nickname: now } = chat.person(uid);
	return isolated(now === uid ? then : now);
}

const withReason = (said: string, reason: string | undefined): string =>
	reason ? `${said} ${text.value.conversation.notices.reason(isolated(reason))}` : said;
