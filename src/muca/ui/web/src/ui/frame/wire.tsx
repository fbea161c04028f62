/** The state of a lost connection: what happened, when the next attempt is, and a button to try now. */

import type { LinkState } from "../../chat/chat";
import { pageIsStale, reloadPage } from "../../pwa/update";
import { moment, text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { useSecondsUntil } from "../parts/clock";
import { AlertIcon, ReloadIcon, WifiOffIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";

export function Wire() {
	const chat = useChat();
	const words = text.value.conversation.wire;
	const link = chat.link.value;
	return (
		<div role="status" class="wire">
			{link.is === "waiting" && <Waiting link={link} />}
			{link.is === "joining" && (
				<p class="banner">
					<Spinner />
					<span>
						{words.trying} <AsOf />
					</span>
				</p>
			)}
			<OwnersNotice />
			{(chat.outdated.value || pageIsStale.value) && (
				<p class="banner calm">
					<ReloadIcon />
					<span>{words.outdated}</span>
					<Button onClick={() => void reloadPage()}>{words.reload}</Button>
				</p>
			)}
		</div>
	);
}

/** The age of the shown copy. A time, not “3 minutes ago”, because this live region would be announced again each minute. */
function AsOf() {
	const asOf = useChat().asOf.value;
	return asOf !== null && <span class="as-of">{text.value.conversation.wire.asOf(moment(asOf))}</span>;
}

/** A failure of the server. */
export function OwnersNotice() {
	const { value } = useChat().notice;
	return (
		value !== null && (
			<p class="banner">
				<AlertIcon />
				<span>{value}</span>
			</p>
		)
	);
}

function Waiting({ link }: { link: Extract<LinkState, { is: "waiting" }> }) {
	const chat = useChat();
	const words = text.value.conversation.wire;
	const { retryAt, reason } = link;
	const seconds = useSecondsUntil(retryAt ?? 0);
	return (
		<p class="banner">
			{retryAt === null ? <Spinner /> : <WifiOffIcon />}
			<span>
				{reason === "offline" ? words.offline : link.text} <AsOf /> <span class="kept">{words.kept}</span>
			</span>
			{retryAt !== null && (
				<>
					{/* Not announced every second; the button has a label. */}
					<span class="countdown" aria-hidden="true">
						{words.retryIn(seconds)}
					</span>
					<Button onClick={() => chat.retryNow()}>{words.tryNow}</Button>
				</>
			)}
		</p>
	);
}
