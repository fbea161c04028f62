/** The join screen: just a name, an account, an invitation, or an account that this browser knows. */

import { useEffect, useState } from "preact/hooks";
import { keepsNothing } from "../../keeping";
import { dateAndTime, text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { AlertIcon, InfoIcon, PersonAddIcon, WifiOffIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { go, type HandoverRoute, route } from "../route";
import { useAnswer, useDeed } from "./asking";
import { GuestForm, LoginForm, RegisterForm } from "./join_forms";
import { endedWords, joinTrouble } from "./join_trouble";
import { KnownAccounts } from "./known_accounts";
import { Notice } from "./notice";
import { SecureNotice } from "./secure_notice";
import { Segments } from "./segments";
import { Trouble } from "./trouble";

const LOOK_AGAIN_MS = 4_000;

type Way = "guest" | "password" | "register";

export function Join() {
	const chat = useChat();
	const words = text.value.screens.join;
	const server = chat.server.value;
	const greeting = useAnswer(() => chat.greet(), []);
	useEffect(() => {
		if (!greeting.trouble) return;
		const later = setTimeout(greeting.again, LOOK_AGAIN_MS);
		return () => clearTimeout(later);
	}, [greeting]);

	return (
		<main class="join">
			<div class="join-card">
				<img src="icon.svg" alt="" width="56" height="56" />
				<h1 dir="auto">{words.title(server?.NAME ?? words.anyServer)}</h1>
				<Ended />
				{keepsNothing() && (
					<Notice icon={AlertIcon} look="warn" title={words.noStorage}>
						<p>{words.noStorageText}</p>
					</Notice>
				)}
				{greeting.trouble && (
					<Notice icon={WifiOffIcon} look="warn" alert>
						<p>{navigator.onLine ? words.unreachable : words.offline}</p>
						<Button look="link" onClick={greeting.again}>
							{text.value.screens.all.tryAgain}
						</Button>
					</Notice>
				)}
				{server ? <Ways /> : !greeting.trouble && <Spinner label={words.looking} />}
			</div>
		</main>
	);
}

function Ways() {
	const chat = useChat();
	const words = text.value.screens.join;
	const policy = chat.server.value?.POLICY ?? "open";
	/** Others could read passwords and codes here, and the keys of accounts. */
	const overheard = chat.server.value?.SECRETS === false;
	const invitation = route.value.is === "invite" ? route.value.code : "";
	const here = route.value;
	const [somebodyElse, setSomebodyElse] = useState(false);
	const [way, setWay] = useState<Way>(invitation ? "register" : policy === "open" ? "guest" : "password");
	const known = chat.accounts.value.length > 0;
	useEffect(() => {
		if (invitation) setWay("register");
	}, [invitation]);

	if (here.is === "handover" && !overheard) return <Handover {...here} />;
	if (overheard && (invitation || policy !== "open")) return <SecureNotice />;
	if (known && !somebodyElse && !invitation) return <KnownAccounts onElse={() => setSomebodyElse(true)} />;
	return (
		<>
			{invitation ? (
				<Notice icon={PersonAddIcon}>
					<p>{words.invited}</p>
				</Notice>
			) : (
				policy !== "open" && (
					<Notice icon={InfoIcon}>
						<p>{policy === "invite" ? words.policyInvite : words.policyRegistered}</p>
					</Notice>
				)
			)}
			<Segments
				label={words.by}
				value={way}
				onChange={setWay}
				options={[
					...(policy === "open" ? ([["guest", words.asGuest]] as const) : []),
					["password", words.withPassword],
					["register", policy === "invite" && !invitation ? words.haveInvitation : words.newAccount],
				]}
			/>
			{way === "guest" && <GuestForm />}
			{way !== "guest" && overheard && <SecureNotice />}
			{way === "password" && !overheard && <LoginForm />}
			{way === "register" && !overheard && <RegisterForm key={invitation} invitation={invitation} />}
			{known && !invitation && (
				<Button look="link" class="below" onClick={() => setSomebodyElse(false)}>
					{words.back}
				</Button>
			)}
		</>
	);
}

/** Takes over the user's account from another address of the server. */
function Handover({ uid, code, nickname }: HandoverRoute) {
	const chat = useChat();
	const words = text.value.screens.join;
	const { run, busy, trouble, wait } = useDeed();
	const isCode = trouble?.code === "code_wrong";
	return (
		<section class="stack" aria-labelledby="join-handover">
			<h2 id="join-handover" dir="auto">
				{words.continueAs(nickname)}
			</h2>
			<p class="muted">{words.handover.why}</p>
			<Trouble words={trouble && (isCode ? words.handover.codeWrong : joinTrouble(trouble).words)} wait={wait} />
			<Button
				look="accent"
				class="wide"
				busy={busy}
				disabled={wait !== null || isCode}
				onClick={() => void run(() => chat.join({ by: "handover", uid, code, nickname }))}
			>
				{words.handover.action}
			</Button>
			<Button look="link" class="below" onClick={() => go({ is: "list" }, { replace: true })}>
				{words.someoneElse}
			</Button>
		</section>
	);
}

/** Why the session has ended. */
function Ended() {
	const words = text.value.screens.join;
	const chat = useChat();
	const link = chat.link.value;
	if (link.is !== "out" || link.ended === null) return null;
	const { code, text: said, reason, untilMs } = link.ended;
	const policy = chat.server.value?.POLICY ?? "open";
	const known = code in words.ended && code !== "other" ? (code as keyof typeof words.endedText) : null;
	return (
		<Notice
			icon={known === "left" || known === "replaced" ? InfoIcon : AlertIcon}
			look={known === "left" || known === "replaced" ? "calm" : "danger"}
			title={words.ended[known ?? "other"]}
			alert
		>
			<p>{known ? endedWords(known, policy) : said}</p>
			{reason && <p dir="auto">{words.endedReason(reason)}</p>}
			{untilMs !== undefined && <p>{words.endedUntil(dateAndTime(untilMs))}</p>}
		</Notice>
	);
}
