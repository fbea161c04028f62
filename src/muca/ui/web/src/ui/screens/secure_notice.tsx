/** Explains that secrets need a protected connection, with a link to it and its fingerprint. */

import type { Me } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { LockIcon } from "../parts/icons";
import { formatRoute } from "../route";
import { useDeed } from "./asking";
import { Notice } from "./notice";
import { Trouble } from "./trouble";

export function SecureNotice() {
	const words = text.value.screens.join.secure;
	const { accounts, me, server } = useChat();
	const tls = server.value?.TLS;
	const isGuest = me.value === null && accounts.value.length > 0;
	const isLost = isGuest && server.value?.POLICY !== "open";
	if (!tls) {
		return (
			<Notice icon={LockIcon} title={words.title} look="warn">
				<p>{words.none}</p>
				{isLost && <p>{words.lost}</p>}
			</Notice>
		);
	}
	const address = `https://${location.hostname}:${tls.PORT}/`;
	return (
		<Notice icon={LockIcon} title={words.title} look="warn">
			<p>{words.text}</p>
			{isGuest && <p>{isLost ? words.lost : words.joinFirst}</p>}
			{tls.OWN && <p>{words.warning}</p>}
			<p>{words.fingerprint}</p>
			<code class="fingerprint">{tls.FINGERPRINT}</code>
			{me.value ? (
				<OpenAs me={me.value} address={address} />
			) : (
				<a class="button accent wide" href={address + location.hash}>
					{words.open}
				</a>
			)}
		</Notice>
	);
}

/** The browser stores the account's token for this address only; a code moves the account to the other one. */
function OpenAs({ me: { uid, nickname }, address }: { me: Me; address: string }) {
	const chat = useChat();
	const words = text.value.screens.join.secure;
	const { run, busy, trouble } = useDeed();
	const open = async () => {
		const { CODE: code } = await chat.ask("HANDOVER");
		location.assign(address + formatRoute({ is: "handover", uid, code, nickname }));
	};
	return (
		<>
			<p>{words.keeps(nickname)}</p>
			<Trouble words={trouble?.message} />
			<Button look="accent" class="wide" busy={busy} onClick={() => void run(open)}>
				{words.goOn}
			</Button>
		</>
	);
}
