import { useState } from "preact/hooks";
import { text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { toast } from "../parts/toast";
import { useDeed } from "./asking";
import { joinTrouble } from "./join_trouble";
import { PasswordField } from "./password_field";
import { SecureNotice } from "./secure_notice";
import { Trouble } from "./trouble";

/** The password, and the code to become owner of a new server. */
export function Account() {
	if (useChat().server.value?.SECRETS === false) return <SecureNotice />;
	return (
		<>
			<Password />
			<Claim />
		</>
	);
}

function Password() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const least = chat.limits.value.PASSWORD_CHARS_MIN;
	const me = chat.me.value;
	const had = me?.registered ?? false;
	const [old, setOld] = useState("");
	const [next, setNext] = useState("");
	const [short, setShort] = useState(false);
	const [nickname, setNickname] = useState(me?.nickname ?? "");
	const { run, busy, trouble, wait } = useDeed();
	const wrong = trouble && joinTrouble(trouble);
	const change = async () => {
		if (!had && nickname.trim() !== me?.nickname) await chat.rename(nickname.trim());
		await chat.ask("PASSWORD", { NEW: next, ...(had && { OLD: old }) });
		setOld("");
		setNext("");
		toast(words.passwordDone);
	};
	return (
		<form
			class="stack"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				const tooShort = [...next].length < least;
				setShort(tooShort);
				if (!tooShort) void run(change);
			}}
		>
			<h3>{had ? words.passwordChange : words.passwordSet}</h3>
			<p class="muted">{had ? words.passwordOthers : words.passwordWhy}</p>
			{/* For password managers: the account. */}
			<input type="text" autocomplete="username" value={me?.uid ?? ""} readOnly hidden />
			{had ? (
				<p dir="auto">{words.loginNames(me?.nickname ?? "", me?.uid ?? "")}</p>
			) : (
				<Field
					label={words.loginName}
					hint={words.loginNameHint(me?.uid ?? "")}
					value={nickname}
					wrong={wrong?.field === "nickname" ? wrong.words : null}
					maxLength={chat.limits.value.NICKNAME_CHARS_MAX}
					autocomplete="nickname"
					spellcheck={false}
					onInput={(event) => setNickname(event.currentTarget.value)}
				/>
			)}
			{had && (
				<PasswordField
					label={words.passwordOld}
					autocomplete="current-password"
					value={old}
					wrong={trouble?.code === "password_wrong" ? words.passwordOldWrong : null}
					onInput={(event) => setOld(event.currentTarget.value)}
				/>
			)}
			<PasswordField
				label={words.passwordNew}
				hint={words.passwordHint(least)}
				autocomplete="new-password"
				value={next}
				wrong={
					short
						? text.value.screens.join.passwordShort(least)
						: trouble?.code === "password_weak"
							? trouble.message
							: null
				}
				onInput={(event) => setNext(event.currentTarget.value)}
			/>
			<Trouble words={wrong?.field === null ? wrong.words : null} wait={wait} />
			<div class="row">
				<Button
					type="submit"
					look="accent"
					busy={busy}
					disabled={wait !== null || next === "" || nickname.trim() === ""}
				>
					{had ? words.passwordChange : words.passwordSet}
				</Button>
			</div>
		</form>
	);
}

function Claim() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const [code, setCode] = useState("");
	const { run, busy, trouble, wait } = useDeed();
	const wrong = trouble && joinTrouble(trouble);
	if (chat.me.value?.role === "owner") return null;
	const claim = async () => {
		await chat.ask("CLAIM", { CODE: code.trim() });
		setCode("");
		toast(words.claimDone);
	};
	return (
		<details>
			<summary>{words.claim}</summary>
			<form
				class="stack"
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					if (code.trim()) void run(claim);
				}}
			>
				<p class="muted">{words.claimWhy}</p>
				<Field
					label={words.claimCode}
					value={code}
					wrong={wrong?.field === "code" ? wrong.words : null}
					autocomplete="off"
					autocapitalize="none"
					spellcheck={false}
					onInput={(event) => setCode(event.currentTarget.value)}
				/>
				<Trouble words={wrong?.field === null ? wrong.words : null} wait={wait} />
				<div class="row">
					<Button type="submit" busy={busy} disabled={wait !== null || code.trim() === ""}>
						{words.claimAction}
					</Button>
				</div>
			</form>
		</details>
	);
}
