/** Statistics of the server. */

import { bytes, duration, number, text } from "../../text";
import type { Numbers as Answer } from "../../wire/words";
import { useChat } from "../chat";
import { Spinner } from "../parts/spinner";
import { useAnswer } from "./asking";
import { Trouble } from "./trouble";
import { WhoMayJoin } from "./who_may_join";

const SAID: Partial<Record<keyof Answer, (value: number) => string>> = {
	DATABASE_BYTES: bytes,
	FILE_BYTES: bytes,
	UPTIME_SECONDS: duration,
};
const ORDER: readonly (keyof Answer)[] = [
	"PEERS",
	"PEOPLE",
	"ACCOUNTS",
	"REGISTERED",
	"SESSIONS",
	"ROOMS",
	"MESSAGES",
	"FILES",
	"FILE_BYTES",
	"DATABASE_BYTES",
	"UPTIME_SECONDS",
];

export function Numbers() {
	const chat = useChat();
	const words = text.value.screens.server;
	const { value, trouble, again } = useAnswer(() => chat.ask("NUMBERS"), []);
	const server = chat.server.value;
	if (trouble !== null) return <Trouble words={trouble} onAgain={again} />;
	if (!value) return <Spinner label={text.value.screens.all.loading} />;
	return (
		<>
			<dl class="numbers">
				{ORDER.map((name) => (
					<div key={name}>
						<dt>{words.of[name]}</dt>
						<dd>{(SAID[name] ?? number)(value[name])}</dd>
					</div>
				))}
			</dl>
			<WhoMayJoin />
			{server && (
				<p class="muted">
					{words.version} {server.VERSION}
				</p>
			)}
			{server?.TLS && (
				<div class="field">
					<span class="label">{words.fingerprint}</span>
					<code class="fingerprint sunken">{server.TLS.FINGERPRINT}</code>
				</div>
			)}
		</>
	);
}
