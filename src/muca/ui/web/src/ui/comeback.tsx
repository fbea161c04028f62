/** Whoever was joined when the page was left or loaded anew is joined again, without being asked. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Chat } from "../chat/chat";
import { text } from "../text";
import type { Uid } from "../wire/words";
import { useChat } from "./chat";
import { Wire } from "./frame/wire";
import { Button } from "./parts/button";
import { Spinner } from "./parts/spinner";

const KEPT = "muca.joined";

const underWay = signal(false);
/** The page is on its way back in: nothing is asked meanwhile. */
export const comingBack: ReadonlySignal<boolean> = underWay;

export function startComingBack(chat: Chat): void {
	const before = localStorage.getItem(KEPT);
	if (before !== null && chat.accounts.value.some(({ uid }) => uid === before)) comeBack(chat, before);
	effect(() => {
		const me = chat.me.value;
		if (me) localStorage.setItem(KEPT, me.uid);
		else if (chat.link.value.is === "out" && !underWay.value) localStorage.removeItem(KEPT);
	});
}

function comeBack(chat: Chat, uid: Uid): void {
	underWay.value = true;
	const over = () => {
		underWay.value = false;
	};
	chat.join({ by: "known", uid }).then(over, over); // why not, the join screen says
}

export function ComingBack() {
	const chat = useChat();
	const words = text.value.conversation;
	return (
		<main class="coming-back">
			<Wire />
			<img src="icon.svg" alt="" width="56" height="56" />
			{chat.link.value.is !== "waiting" && <Spinner label={words.wire.trying} />}
			<Button look="quiet" onClick={() => void chat.leave()}>
				{words.asSomebodyElse}
			</Button>
		</main>
	);
}
