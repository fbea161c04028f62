/**
 * A user who was joined when the page was closed or reloaded is joined again automatically, at the same place. After the join
 * screen, the lobby is shown, even on a phone, where the list of rooms is beneath it.
 */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Chat } from "../chat/chat";
import { keepText, keptText } from "../keeping";
import { text } from "../text";
import type { Uid } from "../wire/words";
import { useChat } from "./chat";
import { Wire } from "./frame/wire";
import { Button } from "./parts/button";
import { isPhone } from "./parts/screen";
import { Spinner } from "./parts/spinner";
import { go, roomRoute, route } from "./route";

/** There may be other servers at other paths of this host. */
const KEPT = `muca.joined ${location.pathname}`;

/** Routes that are useless once the user has joined. */
const HAVE_SERVED = new Set(["invite", "handover"]);

const underWay = signal(false);
/** The page is joining again automatically; no join screen is shown meanwhile. */
export const comingBack: ReadonlySignal<boolean> = underWay;

export function startComingBack(chat: Chat): void {
	const before = keptText(KEPT);
	const here = route.peek();
	const isSomebodyElse = here.is === "handover" && here.uid !== before;
	if (before !== null && !isSomebodyElse && chat.accounts.value.some(({ uid }) => uid === before))
		comeBack(chat, before);
	let wasOut = true;
	effect(() => {
		const me = chat.me.value;
		if (me && wasOut && HAVE_SERVED.has(route.peek().is)) go({ is: "list" }, { replace: true });
		if (me && wasOut && !underWay.peek() && isPhone() && route.peek().is !== "room") go(roomRoute("lobby"));
		wasOut = me === null;
		if (me) keepText(KEPT, me.uid);
		else if (chat.link.value.is === "out" && !underWay.value) keepText(KEPT, null);
	});
}

function comeBack(chat: Chat, uid: Uid): void {
	underWay.value = true;
	const over = () => {
		underWay.value = false;
	};
	chat.comeBack(uid).then(over, over); // the join screen shows errors
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
