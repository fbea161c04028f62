import { useState } from "preact/hooks";
import { text } from "../../text";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { Button } from "../parts/button";
import { Field, Switch } from "../parts/field";
import { toast, toastError } from "../parts/toast";
import { useDeed } from "./asking";

/** Name, away, ignored people. */
export function You() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const me = chat.me.value;
	if (!me) return null;
	return (
		<>
			<div class="person-head">
				<Avatar person={me} size="large" />
				<div class="who">
					<h3>
						<bdi>{me.nickname}</bdi>
					</h3>
					<small>
						<bdi>{me.uid}</bdi>
					</small>
					<small>{text.value.screens.roles[me.role]}</small>
				</div>
			</div>
			<Rename nickname={me.nickname} />
			<Switch
				label={words.awayLabel}
				hint={words.awayHint}
				checked={chat.person(me.uid).presence === "away"}
				onChange={(away) => chat.setAway(away)}
			/>
			<Ignored />
		</>
	);
}

function Rename({ nickname }: { nickname: string }) {
	const chat = useChat();
	const words = text.value.screens.settings;
	const [name, setName] = useState(nickname);
	const { run, busy, trouble } = useDeed();
	const unchanged = name.trim() === "" || name.trim() === nickname;
	return (
		<form
			class="row bottom"
			noValidate
			onSubmit={async (event) => {
				event.preventDefault();
				if (!unchanged && (await run(() => chat.rename(name.trim())))) toast(words.renamed);
			}}
		>
			<div class="grows">
				<Field
					label={words.name}
					wrong={trouble?.message}
					value={name}
					maxLength={chat.limits.value.NICKNAME_CHARS_MAX}
					autocomplete="nickname"
					spellcheck={false}
					onInput={(event) => setName(event.currentTarget.value)}
				/>
			</div>
			<Button type="submit" busy={busy} disabled={unchanged}>
				{words.rename}
			</Button>
		</form>
	);
}

function Ignored() {
	const chat = useChat();
	const words = text.value.screens.settings;
	const ignored = chat.people.value.filter((person) => person.ignored);
	return (
		<section class="stack" aria-labelledby="settings-ignored">
			<h3 id="settings-ignored">{words.ignored}</h3>
			{ignored.length === 0 && <p class="muted">{words.ignoredNone}</p>}
			<ul class="rows">
				{ignored.map((person) => (
					<li key={person.uid}>
						<Avatar person={person} size="small" />
						<span class="who">
							<b>
								<bdi>{person.nickname}</bdi>
							</b>
							<small>{person.uid}</small>
						</span>
						<Button
							aria-label={words.unignoreName(person.nickname)}
							onClick={() => void chat.ask("UNIGNORE", { UID: person.uid }).catch(toastError)}
						>
							{text.value.screens.people.unignore}
						</Button>
					</li>
				))}
			</ul>
		</section>
	);
}
