/** Creates a named room. */

import { useState } from "preact/hooks";
import { text } from "../../text";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Field, Switch, TextField } from "../parts/field";
import { InfoIcon } from "../parts/icons";
import { go, roomRoute } from "../route";
import { useDeed } from "./asking";
import { Notice } from "./notice";
import { closeScreen } from "./screen";
import { Trouble } from "./trouble";

export function CreateRoom() {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const limits = chat.limits.value;
	const [title, setTitle] = useState("");
	const [topic, setTopic] = useState("");
	const [hidden, setHidden] = useState(false);
	const [missing, setMissing] = useState(false);
	const { run, busy, trouble } = useDeed();
	const guest = chat.me.value?.role === "guest";

	const create = async () => {
		const room = await chat.ask("CREATE", {
			TITLE: title.trim(),
			...(topic.trim() && { TOPIC: topic.trim() }),
			...(hidden && { PRIVATE: true }),
		});
		closeScreen();
		go(roomRoute(room.ROOM));
	};

	return (
		<Dialog title={words.create} onClose={closeScreen}>
			<form
				class="stack"
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					setMissing(title.trim() === "");
					if (title.trim()) void run(create);
				}}
			>
				{guest && (
					<Notice icon={InfoIcon}>
						<p>{words.guest}</p>
					</Notice>
				)}
				<Field
					label={words.title}
					autofocus
					value={title}
					maxLength={limits.TITLE_CHARS_MAX}
					wrong={missing ? words.titleMissing : trouble?.code === "title_taken" ? trouble.message : null}
					autocomplete="off"
					onInput={(event) => setTitle(event.currentTarget.value)}
				/>
				<TextField
					label={words.topic}
					hint={words.topicHint}
					rows={2}
					value={topic}
					maxLength={limits.TOPIC_CHARS_MAX}
					onInput={(event) => setTopic(event.currentTarget.value)}
				/>
				<Switch label={words.privateLabel} hint={words.privateHint} checked={hidden} onChange={setHidden} />
				<Trouble words={trouble?.code === "title_taken" ? null : trouble?.message} />
				<Button type="submit" look="accent" class="wide" busy={busy} disabled={guest}>
					{words.createAction}
				</Button>
			</form>
		</Dialog>
	);
}
