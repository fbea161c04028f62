/** The address of the page and its QR code, for other people or for the user's phone. */

import { text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { LinkForOthers } from "./link_for_others";
import { closeScreen } from "./screen";
import { WhoMayJoin } from "./who_may_join";
import "./lists.css";

export function Share() {
	const words = text.value.screens.share;
	const policy = useChat().server.value?.POLICY ?? "open";
	return (
		<Dialog
			title={words.title}
			onClose={closeScreen}
			actions={
				<Button look="accent" onClick={closeScreen}>
					{text.value.screens.all.done}
				</Button>
			}
		>
			<div class="stack">
				<p>{words.intro}</p>
				<LinkForOthers label={words.address} to={{ is: "list" }} first={policy === "open" ? "http:" : "https:"} />
				<WhoMayJoin />
			</div>
		</Dialog>
	);
}
