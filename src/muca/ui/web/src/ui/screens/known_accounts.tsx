/** The accounts of this browser, to continue as. */

import { useState } from "preact/hooks";
import { type KnownAccount, Refusal } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { Button } from "../parts/button";
import { ChevronRightIcon, MoreIcon, TrashIcon } from "../parts/icons";
import { MenuButton } from "../parts/menu";
import { Spinner } from "../parts/spinner";
import { useDeed } from "./asking";
import { Confirm } from "./confirm";
import { KeepForm } from "./join_forms";
import { joinTrouble } from "./join_trouble";
import { Trouble } from "./trouble";

export function KnownAccounts({ onElse }: { onElse: () => void }) {
	const chat = useChat();
	const words = text.value.screens.join;
	const { run, busy, trouble, wait } = useDeed();
	const [joining, setJoining] = useState<string | null>(null);
	const [forgetting, setForgetting] = useState<KnownAccount | null>(null);
	const [keeping, setKeeping] = useState<KnownAccount | null>(null);
	const join = async (account: KnownAccount) => {
		try {
			await chat.join({ by: "known", uid: account.uid });
		} catch (error) {
			if (!(error instanceof Refusal && error.code === "password_required")) throw error;
			setKeeping(account);
		}
	};

	if (keeping) return <KeepForm account={keeping} onBack={() => setKeeping(null)} />;
	return (
		<section class="stack" aria-label={words.known}>
			<ul class="known">
				{chat.accounts.value.map((account) => (
					<li key={account.uid}>
						<button
							type="button"
							aria-label={words.continueAs(account.nickname)}
							disabled={busy || wait !== null}
							onClick={() => {
								setJoining(account.uid);
								void run(() => join(account));
							}}
						>
							<Avatar person={account} />
							<span class="who">
								<b dir="auto">{account.nickname}</b>
								<small dir="auto">{account.uid}</small>
							</span>
							{busy && joining === account.uid ? <Spinner label={words.joining} /> : <ChevronRightIcon />}
						</button>
						<MenuButton
							small
							icon={MoreIcon}
							label={words.options(account.nickname)}
							items={[{ label: words.forget, icon: TrashIcon, danger: true, onPick: () => setForgetting(account) }]}
						/>
					</li>
				))}
			</ul>
			<Trouble words={trouble && joinTrouble(trouble).words} wait={wait} />
			<Button onClick={onElse}>{words.someoneElse}</Button>
			{forgetting && (
				<Confirm
					title={words.forgetTitle(forgetting.nickname)}
					action={words.forget}
					onClose={() => setForgetting(null)}
					onConfirm={async () => chat.forget(forgetting.uid)}
				>
					<p>{words.forgetWarning}</p>
				</Confirm>
			)}
		</section>
	);
}
