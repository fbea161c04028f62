/** Where to go when secrets need a protected connection, and how to know that it is the right one. */

import { text } from "../../text";
import { useChat } from "../chat";
import { LockIcon } from "../parts/icons";
import { Notice } from "./notice";

export function SecureNotice() {
	const words = text.value.screens.join.secure;
	const { accounts, server } = useChat();
	const tls = server.value?.TLS;
	const isLost = server.value?.POLICY !== "open" && accounts.value.length > 0;
	if (!tls) {
		return (
			<Notice icon={LockIcon} title={words.title} look="warn">
				<p>{words.none}</p>
				{isLost && <p>{words.lost}</p>}
			</Notice>
		);
	}
	return (
		<Notice icon={LockIcon} title={words.title} look="warn">
			<p>{words.text}</p>
			{isLost && <p>{words.lost}</p>}
			<a class="button accent wide" href={`https://${location.hostname}:${tls.PORT}/${location.hash}`}>
				{words.open}
			</a>
			<p>{words.certificate}</p>
			<code class="fingerprint">{tls.FINGERPRINT}</code>
		</Notice>
	);
}
