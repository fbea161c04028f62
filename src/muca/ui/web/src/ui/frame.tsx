/**
 * The page after joining. Wide: rooms, conversation and panel side by side. Narrow: the panel covers the conversation when
 * opened. On a phone: one of the three at a time, each with an entry in the browser's history. All follow from the route, and
 * the style sheet decides which of them are visible.
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

	// With the first message, the people become a room, which has its own address.
	useEffect(() => {
		if (inRoom && id !== wanted) go(roomRoute(id), { replace: true });
	}, [inRoom, id, wanted]);

	return (
		<main class="frame" data-shown={panel !== null ? "panel" : inRoom ? "room" : "list"}>
			<button
				type="button"
				class="unseen skip"
				onClick={() => document.querySelector<HTMLElement>(".composer textarea")?.focus()}
			>
				{text.value.conversation.skip}
			</button>
			<Side current={inRoom || !isPhone() ? id : null} />
			<Conversation
				key={keyOf(conversation)}
				conversation={conversation}
				seq={inRoom ? here.seq : null}
				panel={panel}
				// After arriving, restore the room's address, so that the same message can be opened again.
				onArrived={() => go(roomRoute(id, { panel }), { replace: true })}
			/>
			<Panel conversation={conversation} name={panel ?? "people"} chosen={panel !== null} />
		</main>
	);
}

const keys = new WeakMap<Talk, number>();
let next = 0;

/** Stays the same for the same conversation, even if its id changes. */
function keyOf(conversation: Talk): number {
	const key = keys.get(conversation) ?? next++;
	keys.set(conversation, key);
	return key;
}
