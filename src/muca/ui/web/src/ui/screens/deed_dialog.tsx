/** The dialog for actions of moderators on a person, with reason and duration. */

import { useState } from "preact/hooks";
import { duration, text } from "../../text";
import type { Role, RoomId, Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Choice, TextField } from "../parts/field";
import { InfoIcon } from "../parts/icons";
import { Confirm } from "./confirm";
import { Notice } from "./notice";

export type WantedDeed = {
	uid: Uid;
	nickname: string;
	/** Null: on the whole server. */
	room: RoomId | null;
	/** The room's title. */
	where: string | null;
} & ({ verb: "kick" | "mute" | "ban" } | { verb: "role"; role: Role });

interface DeedDialogProps {
	deed: WantedDeed;
	onClose: () => void;
	/** It is done. */
	onDone: () => void;
}

const HOUR = 3600;
export const TIMES_SECONDS = [600, HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];

export function DeedDialog({ deed, onClose, onDone }: DeedDialogProps) {
	const chat = useChat();
	const words = text.value.screens.people;
	const [reason, setReason] = useState("");
	const [seconds, setSeconds] = useState(String(HOUR));
	const place = deed.room === null ? {} : { ROOM: deed.room };
	const close = async (done: Promise<unknown>) => {
		await done;
		onDone();
	};

	if (deed.verb === "role") {
		const { role } = deed;
		const name = text.value.screens.roles[role];
		return (
			<Confirm
				title={words.roleTitle(deed.nickname, name)}
				action={words.role(name)}
				look={role === "owner" ? "danger" : "accent"}
				onClose={onClose}
				onConfirm={() => close(chat.ask("ROLE", { UID: deed.uid, ROLE: role, ...place }))}
			>
				{role !== "guest" && <p>{words.roleText[role]}</p>}
			</Confirm>
		);
	}

	const { verb, nickname, where } = deed;
	const asked = {
		UID: deed.uid,
		...place,
		...(reason.trim() && { REASON: reason.trim() }),
		...(verb !== "kick" && seconds && { SECONDS: Number(seconds) }),
	};
	const said = {
		kick: [words.kickTitle(nickname, where), words.kickText(where), "KICK"],
		mute: [words.muteTitle(nickname, where), words.muteText, "MUTE"],
		ban: [words.banTitle(nickname, where), words.banText(where), "BAN"],
	} as const;
	const [title, about, command] = said[verb];
	return (
		<Confirm title={title} action={words[verb]} onClose={onClose} onConfirm={() => close(chat.ask(command, asked))}>
			<p>{about}</p>
			{chat.server.value?.POLICY === "open" && (
				<Notice icon={InfoIcon} title={words.openServer}>
					<p>{words.openServerText}</p>
				</Notice>
			)}
			{verb !== "kick" && <HowLong seconds={seconds} onChange={setSeconds} />}
			<TextField
				label={words.reason}
				hint={words.reasonHint}
				rows={2}
				value={reason}
				maxLength={chat.limits.value.REASON_CHARS_MAX}
				onInput={(event) => setReason(event.currentTarget.value)}
			/>
		</Confirm>
	);
}

/** Empty: until lifted. */
export function HowLong({ seconds, onChange }: { seconds: string; onChange: (seconds: string) => void }) {
	const words = text.value.screens.people;
	return (
		<Choice
			label={words.howLong}
			value={seconds}
			options={[...TIMES_SECONDS.map((each) => [String(each), duration(each)] as const), ["", words.forGood]]}
			onChange={(event) => onChange(event.currentTarget.value)}
		/>
	);
}
