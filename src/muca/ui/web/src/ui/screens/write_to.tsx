/** A new conversation: choose one or several people. The recipients are shown before the first message is written. */

import { useState } from "preact/hooks";
import { text } from "../../text";
import type { Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { go, roomRoute } from "../route";
import { PeoplePicker } from "./people_picker";
import { closeScreen } from "./screen";
import "./lists.css";

export function WriteTo() {
	const chat = useChat();
	const words = text.value.screens.people;
	const [chosen, setChosen] = useState<Uid[]>([]);
	const max = chat.limits.value.RECIPIENTS_MAX;
	return (
		<Dialog title={words.newTitle} onClose={closeScreen} class="tall">
			<form
				class="stack fills"
				data-reach={chosen.length > 1 ? "GROUP" : "PRIVATE"}
				onSubmit={(event) => {
					event.preventDefault();
					if (chosen.length === 0) return;
					closeScreen();
					go(roomRoute(chat.to(chosen).id.value));
				}}
			>
				<p class="muted">{chosen.length < max ? words.newHint : words.tooMany(max)}</p>
				<PeoplePicker chosen={chosen} onChange={setChosen} max={max} />
				<Button type="submit" look="accent" class="wide" disabled={chosen.length === 0}>
					{words.start(Math.max(chosen.length, 1))}
				</Button>
			</form>
		</Dialog>
	);
}
