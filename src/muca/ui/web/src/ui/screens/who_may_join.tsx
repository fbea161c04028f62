/** Explains the server's policy; owners also see where it is set. */

import { text } from "../../text";
import { useChat } from "../chat";

export function WhoMayJoin() {
	const chat = useChat();
	const words = text.value.screens.share;
	return (
		<section class="stack" aria-labelledby="who-may-join">
			<h3 id="who-may-join" class="part-title">
				{words.whoMayJoin}
			</h3>
			<p>{words.policy[chat.server.value?.POLICY ?? "open"]}</p>
			{chat.me.value?.role === "owner" && <p class="muted">{words.policySet}</p>}
		</section>
	);
}
