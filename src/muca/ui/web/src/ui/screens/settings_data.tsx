import { useEffect, useRef, useState } from "preact/hooks";
import { type Me, Refusal } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { DoorIcon, DownloadIcon, TrashIcon } from "../parts/icons";
import { toast } from "../parts/toast";
import { useDeed } from "./asking";
import { Confirm } from "./confirm";
import { PasswordField } from "./password_field";
import { Trouble } from "./trouble";

/** Exports the user's messages, and offers to leave, remove the account from this browser, or delete it. */
export function Data() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const [asking, setAsking] = useState<"forget" | "delete" | null>(null);
	const me = chat.me.value;
	if (!me) return null;
	return (
		<>
			<Export />
			<hr />
			<section class="stack" aria-labelledby="settings-leave">
				<h3 id="settings-leave">{words.leave}</h3>
				<p class="muted">{words.leaveWhy}</p>
				<div class="row">
					<Button icon={DoorIcon} onClick={() => void chat.leave()}>
						{words.leaveAction}
					</Button>
				</div>
			</section>
			<hr />
			<section class="stack" aria-labelledby="settings-forget">
				<h3 id="settings-forget">{words.forget}</h3>
				<p class="muted">{words.forgetWhy}</p>
				<div class="row">
					<Button icon={TrashIcon} class="dangerous" onClick={() => setAsking("forget")}>
						{words.forgetAction}
					</Button>
				</div>
			</section>
			<hr />
			<section class="stack" aria-labelledby="settings-delete">
				<h3 id="settings-delete">{words.deleteAccount}</h3>
				<p class="muted">{words.deleteWhy}</p>
				<div class="row">
					<Button icon={TrashIcon} class="dangerous" onClick={() => setAsking("delete")}>
						{words.deleteAccount}
					</Button>
				</div>
			</section>
			{asking === "delete" && <DeleteAccount me={me} onClose={() => setAsking(null)} />}
			{asking === "forget" && (
				<Confirm
					title={words.forgetTitle}
					action={words.forgetAction}
					onClose={() => setAsking(null)}
					onConfirm={async () => {
						await chat.leave();
						chat.forget(me.uid);
					}}
				>
					<p>{me.registered ? words.forgetKeeps : words.forgetLoses}</p>
				</Confirm>
			)}
		</>
	);
}

function DeleteAccount({ me, onClose }: { me: Me; onClose: () => void }) {
	const chat = useChat();
	const words = text.value.screens.settings;
	const [password, setPassword] = useState("");
	const deleting = async () => {
		try {
			await chat.ask("DELETE_ACCOUNT", me.registered ? { PASSWORD: password } : {});
		} catch (error) {
			const isWrong = error instanceof Refusal && error.code === "password_wrong";
			throw isWrong ? new Refusal(error.code, words.passwordOldWrong) : error;
		}
		chat.forget(me.uid);
	};
	return (
		<Confirm
			title={words.deleteTitle(me.nickname)}
			action={words.deleteForGood}
			disabled={me.registered && password === ""}
			onClose={onClose}
			onConfirm={deleting}
		>
			<p>{words.deleteText}</p>
			{me.registered && (
				<PasswordField
					label={words.passwordOld}
					autocomplete="current-password"
					value={password}
					onInput={(event) => setPassword(event.currentTarget.value)}
				/>
			)}
		</Confirm>
	);
}

function Export() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const { run, busy, trouble } = useDeed();
	const [count, setCount] = useState(0);
	const stopping = useRef(new AbortController());
	useEffect(() => () => stopping.current.abort(), []);

	const save = async () => {
		setCount(0);
		let last = 0;
		const progress = (now: number) => {
			last = now;
			setCount(now);
		};
		const { signal } = stopping.current;
		const file = await chat.exportOwn({ progress, signal }).catch((error: unknown) => {
			if (!signal.aborted) throw error;
			return null; // the settings were closed
		});
		if (!file) return;
		download(file, `muca-${chat.me.value?.uid}.json`);
		toast(words.exported(last));
	};

	return (
		<section class="stack" aria-labelledby="settings-export">
			<h3 id="settings-export">{words.exportTitle}</h3>
			<p class="muted">{words.exportWhy}</p>
			<Trouble words={trouble?.message} />
			<div class="row">
				<Button icon={DownloadIcon} busy={busy} onClick={() => run(save)}>
					{words.export}
				</Button>
				<span class="muted" role="status">
					{busy && words.exporting(count)}
				</span>
			</div>
		</section>
	);
}

/** By then the browser has read the file. */
const SAVED_MS = 60_000;

function download(file: Blob, name: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(file);
	link.download = name;
	link.click();
	setTimeout(URL.revokeObjectURL, SAVED_MS, link.href);
}
