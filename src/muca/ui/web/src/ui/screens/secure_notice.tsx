/** Where to go when secrets need a protected connection, and how to know that it is the right one. */

import { text } from "../../text";
import { useChat } from "../chat";
import { LockIcon } from "../parts/icons";
import { Notice } from "./notice";

export function SecureNotice({ alert = false }: { alert?: boolean }) {
	const words = text.value.screens.join.secure;
	const tls = useChat().server.value?.TLS;
	if (!tls) {
		return (
			<Notice icon={LockIcon} title={words.title} look="warn" alert={alert}>
				<p>{words.none}</p>
			</Notice>
		);
	}
	const address = `https://${location.hostname}:${tls.PORT}/`;
	return (
		<Notice icon={LockIcon} title={words.title} look="warn" alert={alert}>
			<p>{words.text}</p>
			<p>
				<a href={address + location.hash}>{address}</a>
			</p>
			<p>{words.certificate}</p>
			<code class="fingerprint">{tls.FINGERPRINT}</code>
		</Notice>
	);
}
