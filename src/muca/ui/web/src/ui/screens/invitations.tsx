/** Invitations: links with which people can create an account. */

import { useState } from "preact/hooks";
import { dateAndTime, duration, text } from "../../text";
import type { Invitation } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Choice, Field } from "../parts/field";
import { LinkIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { toast } from "../parts/toast";
import { useAnswer, useDeed } from "./asking";
import { Confirm } from "./confirm";
import { TIMES_SECONDS } from "./deed_dialog";
import { LinkForOthers } from "./link_for_others";
import { SecureNotice } from "./secure_notice";
import { Trouble } from "./trouble";

/** The code of an invitation is a secret, too. */
export function Invitations() {
	return useChat().server.value?.SECRETS === false ? <SecureNotice /> : <OpenInvitations />;
}

function OpenInvitations() {
	const chat = useChat();
	const words = text.value.screens.server;
	const { value, trouble, again } = useAnswer(() => chat.ask("INVITATIONS"), []);
	const withdrawing = useDeed();
	const [making, setMaking] = useState(false);
	const [code, setCode] = useState<string | null>(null);
	const withdraw = async ({ INVITATION }: Invitation) => {
		await chat.ask("WITHDRAW", { INVITATION });
		toast(words.withdrawn);
		again();
	};

	return (
		<>
			<p class="muted">{words.invitationsText}</p>
			<div class="row">
				<Button look="accent" icon={LinkIcon} onClick={() => setMaking(true)}>
					{words.invite}
				</Button>
			</div>
			<Trouble words={trouble} onAgain={again} />
			<Trouble words={withdrawing.trouble?.message} />
			{!value && trouble === null && <Spinner label={text.value.screens.all.loading} />}
			{value?.INVITATIONS.length === 0 && <p class="muted">{words.noInvitations}</p>}
			<ul class="rows" aria-label={words.invitations}>
				{value?.INVITATIONS.map((invitation) => (
					<li key={invitation.INVITATION}>
						<span class="sign" data-reach="ROOM" aria-hidden="true">
							<LinkIcon />
						</span>
						<span class="who">
							<b>{words.left(invitation.USES)}</b>
							<small>
								<bdi>
									{words.until(dateAndTime(invitation.UNTIL))} ·{" "}
									{words.madeBy(chat.person(invitation.UID).nickname, dateAndTime(invitation.CREATED))}
								</bdi>
							</small>
						</span>
						<Button
							aria-label={words.withdrawNumber(invitation.INVITATION)}
							onClick={() => withdrawing.run(() => withdraw(invitation))}
						>
							{words.withdraw}
						</Button>
					</li>
				))}
			</ul>
			{making && (
				<MakeInvitation
					onClose={() => setMaking(false)}
					onMade={(made) => {
						setCode(made);
						again();
					}}
				/>
			)}
			{code !== null && <InvitationLink code={code} onClose={() => setCode(null)} />}
		</>
	);
}

const WEEK = "604800";
const USES_MAX = 10_000;
/** The default number of people; if it were too low, some could not join. */
const A_CLASS = 30;

function MakeInvitation({ onClose, onMade }: { onClose: () => void; onMade: (code: string) => void }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const [uses, setUses] = useState(String(A_CLASS));
	const [seconds, setSeconds] = useState(WEEK);
	const count = /^\d+$/.test(uses) ? Number(uses) : 0;
	return (
		<Confirm
			title={words.invite}
			action={words.makeLink}
			look="accent"
			disabled={count < 1 || count > USES_MAX}
			onClose={onClose}
			onConfirm={async () => onMade((await chat.ask("INVITATION", { USES: count, SECONDS: Number(seconds) })).CODE)}
		>
			<Field
				label={words.uses}
				hint={words.usesHint}
				type="number"
				autofocus
				min={1}
				max={USES_MAX}
				value={uses}
				onInput={(event) => setUses(event.currentTarget.value)}
			/>
			<Choice
				label={words.valid}
				value={seconds}
				options={TIMES_SECONDS.map((each) => [String(each), duration(each)] as const)}
				onChange={(event) => setSeconds(event.currentTarget.value)}
			/>
		</Confirm>
	);
}

function InvitationLink({ code, onClose }: { code: string; onClose: () => void }) {
	const words = text.value.screens.server;
	return (
		<Dialog
			title={words.linkTitle}
			onClose={onClose}
			actions={
				<Button look="accent" onClick={onClose}>
					{text.value.screens.all.done}
				</Button>
			}
		>
			<div class="stack">
				<p>{words.linkOnce}</p>
				<LinkForOthers label={words.linkTitle} to={{ is: "invite", code }} first="https:" />
			</div>
		</Dialog>
	);
}
