import { useState } from "preact/hooks";
import { text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { DoorIcon, TrashIcon } from "../parts/icons";
import { Confirm } from "./confirm";

/** One's own messages to take along, and the ways out. */
export function Data() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const [forgetting, setForgetting] = useState(false);
	const me = chat.me.value;
	if (!me) return null;
	return (
		<>
			<section class="stack" aria-labelledby="settings-leave">
				<h3 id="settings-leave">{words.leave}</h3>
				<p class="muted">{words.leaveWhy}</p>
				<div class="row">
					<Button icon={DoorIcon} onClick={() => void chat.leave()}>
						{words.leaveAction}
					</Button>
				</div>
			</section>
			<hr />
			<section class="stack" aria-labelledby="settings-forget">
				<h3 id="settings-forget">{words.forget}</h3>
				<p class="muted">{words.forgetWhy}</p>
				<div class="row">
					<Button icon={TrashIcon} class="dangerous" onClick={() => setForgetting(true)}>
						{words.forgetAction}
					</Button>
				</div>
			</section>
			{forgetting && (
				<Confirm
					title={words.forgetTitle}
					action={words.forgetAction}
					onClose={() => setForgetting(false)}
					onConfirm={async () => {
						await chat.leave();
						chat.forget(me.uid);
					}}
				>
					<p>{me.registered ? words.forgetKeeps : words.forgetLoses}</p>
				</Confirm>
			)}
		</>
	);
}
