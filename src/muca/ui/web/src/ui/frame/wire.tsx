/** How the wire is, where it is not as it should be: what happened, when it is tried again, and the button that does it now. */

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

/** How old what is shown is. A time, not “3 minutes ago”: this is a live region, which would say it again each minute. */
function AsOf() {
	const asOf = useChat().asOf.value;
	return asOf !== null && <span class="as-of">{text.value.conversation.wire.asOf(moment(asOf))}</span>;
}

/** What of the server does not work. */
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
					{/* Not said every second: the button says what it is about. */}
					<span class="countdown" aria-hidden="true">
						{words.retryIn(seconds)}
					</span>
					<Button onClick={() => chat.retryNow()}>{words.tryNow}</Button>
				</>
			)}
		</p>
	);
}
