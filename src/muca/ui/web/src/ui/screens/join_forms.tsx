/** The forms of the join screen. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Credentials, KnownAccount } from "../../chat/chat";
import { keepText, keptText } from "../../keeping";
import { text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Field } from "../parts/field";
import { type Deed, useDeed } from "./asking";
import { type JoinField, joinTrouble } from "./join_trouble";
import { PasswordField } from "./password_field";
import { Trouble } from "./trouble";

const REMEMBERED = "muca.nickname";

export function GuestForm() {
	const words = text.value.screens.join;
	const [nickname, setNickname] = useState(keptText(REMEMBERED) ?? "");
	const form = useJoinForm(() => ({ by: "guest", nickname: nickname.trim() }));
	return (
		<JoinForm
			form={form}
			action={words.join}
			missing={{ nickname: nickname.trim() === "" && words.nicknameMissing }}
			onJoined={() => keepText(REMEMBERED, nickname.trim())}
		>
			<NicknameField first value={nickname} onChange={setNickname} wrong={form.wrong("nickname")} />
		</JoinForm>
	);
}

/** The account keeps its nickname; another one is asked for only if that is not available. */
export function LoginForm() {
	const words = text.value.screens.join;
	const [uid, setUid] = useState("");
	const [password, setPassword] = useState("");
	const [nickname, setNickname] = useState("");
	const form = useJoinForm(() => ({ by: "password", uid: uid.trim(), nickname: nickname.trim(), password }));
	const nicknameWrong = form.wrong("nickname");
	return (
		<JoinForm
			form={form}
			action={words.logIn}
			missing={{
				uid: uid.trim() === "" && words.uidMissing,
				password: password === "" && words.passwordMissing,
			}}
		>
			<Field
				label={words.uid}
				autofocus
				hint={words.uidHint}
				wrong={form.wrong("uid")}
				value={uid}
				onInput={(event) => setUid(event.currentTarget.value)}
				autocomplete="username"
				autocapitalize="none"
				spellcheck={false}
			/>
			<PasswordField
				label={words.password}
				wrong={form.wrong("password")}
				value={password}
				onInput={(event) => setPassword(event.currentTarget.value)}
				autocomplete="current-password"
			/>
			{(nicknameWrong || nickname !== "") && (
				<NicknameField value={nickname} onChange={setNickname} wrong={nicknameWrong} />
			)}
		</JoinForm>
	);
}

export function RegisterForm({ invitation }: { invitation: string }) {
	const words = text.value.screens.join;
	const chat = useChat();
	const least = chat.limits.value.PASSWORD_CHARS_MIN;
	const needsCode = chat.server.value?.POLICY === "invite";
	const [nickname, setNickname] = useState(keptText(REMEMBERED) ?? "");
	const [ownUid, setUid] = useState<string | null>(null);
	const [password, setPassword] = useState("");
	const [code, setCode] = useState(invitation);
	const uid = ownUid ?? uidOf(nickname);
	const form = useJoinForm(() => ({
		by: "register",
		uid: uid.trim(),
		nickname: nickname.trim(),
		password,
		...(code.trim() && { code: code.trim() }),
	}));
	const codeWrong = form.wrong("code");
	const codeField = (
		<Field
			label={words.code}
			hint={words.codeHint}
			wrong={codeWrong}
			value={code}
			onInput={(event) => setCode(event.currentTarget.value)}
			autocomplete="off"
			autocapitalize="none"
			spellcheck={false}
		/>
	);
	return (
		<JoinForm
			form={form}
			action={words.create}
			onJoined={() => keepText(REMEMBERED, nickname.trim())}
			missing={{
				nickname: nickname.trim() === "" && words.nicknameMissing,
				uid: uid.trim() === "" && words.uidMissing,
				password: [...password].length < least && words.passwordShort(least),
				code: needsCode && code.trim() === "" && words.codeMissing,
			}}
		>
			<NicknameField first value={nickname} onChange={setNickname} wrong={form.wrong("nickname")} />
			<Field
				label={words.uidNew}
				hint={words.uidNewHint}
				wrong={form.wrong("uid")}
				value={uid}
				onInput={(event) => setUid(event.currentTarget.value)}
				maxLength={chat.limits.value.UID_CHARS_MAX}
				autocomplete="username"
				autocapitalize="none"
				spellcheck={false}
			/>
			<PasswordField
				label={words.password}
				hint={words.passwordNewHint(least)}
				wrong={form.wrong("password")}
				value={password}
				onInput={(event) => setPassword(event.currentTarget.value)}
				autocomplete="new-password"
			/>
			{invitation && !codeWrong ? (
				<details>
					<summary>{words.code}</summary>
					{codeField}
				</details>
			) : (
				(needsCode || invitation) && codeField
			)}
		</JoinForm>
	);
}

/** For an account of this browser without a password, on a server that requires one. */
export function KeepForm({ account, onBack }: { account: KnownAccount; onBack: () => void }) {
	const words = text.value.screens.join;
	const least = useChat().limits.value.PASSWORD_CHARS_MIN;
	const [nickname, setNickname] = useState(account.nickname);
	const [password, setPassword] = useState("");
	const first = useRef<HTMLInputElement>(null);
	useEffect(() => first.current?.focus(), []);
	const form = useJoinForm(() => ({ by: "keep", uid: account.uid, nickname: nickname.trim(), password }));
	return (
		<section class="stack" aria-labelledby="join-keep">
			<h2 id="join-keep">{words.keep.title}</h2>
			<p class="muted">{words.keep.why}</p>
			<p class="muted" dir="auto">
				{words.keep.uid(account.uid)}
			</p>
			<JoinForm
				form={form}
				action={words.keep.action}
				missing={{
					nickname: nickname.trim() === "" && words.nicknameMissing,
					password: [...password].length < least && words.passwordShort(least),
				}}
			>
				{/* For password managers: the account. */}
				<input type="text" autocomplete="username" value={account.uid} readOnly hidden />
				<NicknameField value={nickname} onChange={setNickname} wrong={form.wrong("nickname")} />
				<PasswordField
					label={words.password}
					ref={first}
					hint={words.passwordNewHint(least)}
					wrong={form.wrong("password")}
					value={password}
					onInput={(event) => setPassword(event.currentTarget.value)}
					autocomplete="new-password"
				/>
			</JoinForm>
			<Button look="link" class="below" onClick={onBack}>
				{words.keep.back}
			</Button>
		</section>
	);
}

interface NicknameProps {
	/** It has the focus when the form opens. */
	first?: boolean;
	value: string;
	onChange: (value: string) => void;
	wrong: string | null;
}

function NicknameField({ first = false, value, onChange, wrong }: NicknameProps) {
	const words = text.value.screens.join;
	return (
		<Field
			label={words.nickname}
			autofocus={first}
			hint={words.nicknameHint}
			wrong={wrong}
			value={value}
			onInput={(event) => onChange(event.currentTarget.value)}
			maxLength={useChat().limits.value.NICKNAME_CHARS_MAX}
			autocomplete="nickname"
			spellcheck={false}
		/>
	);
}

type Missing = Partial<Record<JoinField, string | false>>;

interface JoinFormState {
	deed: Deed;
	wrong: (field: JoinField) => string | null;
	submit: (missing: Missing) => Promise<boolean>;
}

function useJoinForm(credentials: () => Credentials): JoinFormState {
	const chat = useChat();
	const deed = useDeed();
	const [lacking, setLacking] = useState<Missing>({});
	return {
		deed,
		wrong(field) {
			const trouble = deed.trouble && joinTrouble(deed.trouble);
			return lacking[field] || (trouble?.field === field ? trouble.words : null);
		},
		async submit(missing) {
			setLacking(missing);
			deed.forget();
			return !Object.values(missing).some(Boolean) && deed.run(() => chat.join(credentials()));
		},
	};
}

interface JoinFormProps {
	form: JoinFormState;
	action: string;
	missing: Missing;
	onJoined?: () => void;
	children: ComponentChildren;
}

function JoinForm({ form, action, missing, onJoined, children }: JoinFormProps) {
	const { trouble, busy, wait } = form.deed;
	const general = trouble && joinTrouble(trouble);
	return (
		<form
			class="stack"
			noValidate
			onSubmit={async (event) => {
				event.preventDefault();
				const element = event.currentTarget;
				if (await form.submit(missing)) onJoined?.();
				else requestAnimationFrame(() => element.querySelector<HTMLElement>("[aria-invalid]")?.focus());
			}}
		>
			{children}
			{general?.field === null && <Trouble words={general.words} wait={wait} />}
			<Button type="submit" look="accent" class="wide" busy={busy} disabled={wait !== null}>
				{action}
			</Button>
		</form>
	);
}

/** The suggested account name: mary.smith for Mary Smith. */
const uidOf = (nickname: string): string => nickname.trim().toLowerCase().replace(/\s+/gu, ".");
