/**
 * The page once one has joined. Wide: rooms, conversation and panel side by side; narrower: the panel lies over the conversation when
 * it was asked for; on a phone one of the three at a time, each an entry of the browser's history. Which of them are seen is the
 * style sheet's: all follow from the route.
 */

import { useEffect, useMemo } from "preact/hooks";
import type { Conversation as Talk } from "../chat/chat";
import { text } from "../text";
import { useChat } from "./chat";
import { Conversation } from "./conversation/conversation";
import { Panel } from "./frame/panel";
import { Side } from "./frame/side";
import { isPhone } from "./parts/screen";
import { go, roomRoute, route } from "./route";

const LOBBY = "lobby";

export function Frame() {
	const chat = useChat();
	const here = route.value;
	const inRoom = here.is === "room";
	const wanted = inRoom ? here.room : LOBBY;
	const panel = inRoom ? here.panel : null;
	// biome-ignore lint/correctness/useExhaustiveDependencies: from the list to the room behind it, it is opened anew, too
	const conversation = useMemo(() => chat.open(wanted), [chat, wanted, inRoom]);
	const id = conversation.id.value;

	// With the first message, people one writes to become a room, which has an address of its own.
	useEffect(() => {
		if (inRoom && id !== wanted) go(roomRoute(id), { replace: true });
	}, [inRoom, id, wanted]);

	return (
		<main class="frame" data-shown={panel !== null ? "panel" : inRoom ? "room" : "list"}>
			<button type="button" class="unseen skip" onClick={toWriting}>
				{text.value.conversation.skip}
			</button>
			<Side current={inRoom || !isPhone() ? id : null} />
			<Conversation
				key={keyOf(conversation)}
				conversation={conversation}
				seq={inRoom ? here.seq : null}
				panel={panel}
				// Once one is there, the address is the room's again: the same message can be asked for anew.
				onArrived={() => go(roomRoute(id, { panel }), { replace: true })}
			/>
			<Panel conversation={conversation} name={panel ?? "people"} chosen={panel !== null} />
		</main>
	);
}

const keys = new WeakMap<Talk, number>();
let next = 0;

/** The same as long as it is the same conversation, though its id may change. */
function keyOf(conversation: Talk): number {
	const key = keys.get(conversation) ?? next++;
	keys.set(conversation, key);
	return key;
}

function toWriting(): void {
	document.querySelector<HTMLElement>(".composer textarea")?.focus();
}
