/** The dialog for actions of moderators on a person, with reason and duration. */

import { useRef, useState } from "preact/hooks";
import { duration, text } from "../../text";
import type { Role, RoomId, Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Choice, Switch, TextField } from "../parts/field";
import { InfoIcon } from "../parts/icons";
import { toast } from "../parts/toast";
import { Confirm } from "./confirm";
import { Notice } from "./notice";
import { purge, purgedRooms } from "./purge";

export type WantedDeed = {
	uid: Uid;
	nickname: string;
	/** Null: on the whole server. */
	room: RoomId | null;
	/** The room's title. */
	where: string | null;
} & ({ verb: "kick" | "mute" | "ban" | "purge" } | { verb: "role"; role: Role });

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
	const [withAddress, setWithAddress] = useState(false);
	const [withMessages, setWithMessages] = useState(false);
	const purging = usePurge(deed);
	/** Not repeated if only a later step has failed. */
	const isDone = useRef(false);
	const place = deed.room === null ? {} : { ROOM: deed.room };
	const close = () => {
		purging.cancel();
		onClose();
	};
	const once = async (command: "ROLE" | "KICK" | "MUTE" | "BAN", fields: object) => {
		if (isDone.current) return;
		await chat.ask(command, { UID: deed.uid, ...place, ...fields });
		isDone.current = true;
		onDone();
	};

	if (deed.verb === "role") {
		const { role } = deed;
		return (
			<Confirm
				title={words.roleTitle(deed.nickname, role)}
				action={words.role(role)}
				look={role === "owner" ? "danger" : "accent"}
				onClose={onClose}
				onConfirm={() => once("ROLE", { ROLE: role })}
			>
				{role !== "guest" && <p>{words.roleText[role]}</p>}
			</Confirm>
		);
	}

	const { verb, nickname, where } = deed;
	if (verb === "purge") {
		return (
			<Confirm
				title={words.purgeTitle(nickname, where)}
				action={words.purge}
				onClose={close}
				onConfirm={() => purging.run()}
			>
				<p>{deed.room === null ? words.purgeServerText : words.purgeText}</p>
				{purging.progress}
			</Confirm>
		);
	}

	const said = {
		kick: [words.kickTitle(nickname, where), words.kickText(where), "KICK"],
		mute: [words.muteTitle(nickname, where), words.muteText, "MUTE"],
		ban: [words.banTitle(nickname, where), words.banText(where), "BAN"],
	} as const;
	const [title, about, command] = said[verb];
	const asked = {
		...(reason.trim() && { REASON: reason.trim() }),
		...(verb !== "kick" && seconds && { SECONDS: Number(seconds) }),
		...(withAddress && { WITH_ADDRESS: true }),
	};
	const confirm = async () => {
		await once(command, asked);
		if (withMessages) await purging.run();
	};
	return (
		<Confirm title={title} action={words[verb]} onClose={close} onConfirm={confirm}>
			<p>{about}</p>
			{chat.server.value?.POLICY === "open" && (
				<Notice icon={InfoIcon} title={words.openServer}>
					<p>{words.openServerText}</p>
				</Notice>
			)}
			{verb !== "kick" && <HowLong seconds={seconds} onChange={setSeconds} />}
			{verb === "ban" && deed.room === null && chat.person(deed.uid).presence !== "gone" && (
				<Switch
					label={words.withAddress}
					hint={words.withAddressHint}
					checked={withAddress}
					onChange={setWithAddress}
				/>
			)}
			{verb === "ban" && (
				<Switch
					label={words.withMessages}
					hint={deed.room === null ? words.purgeServerText : words.purgeText}
					checked={withMessages}
					onChange={setWithMessages}
				/>
			)}
			<TextField
				label={words.reason}
				hint={words.reasonHint}
				rows={2}
				value={reason}
				maxLength={chat.limits.value.REASON_CHARS_MAX}
				onInput={(event) => setReason(event.currentTarget.value)}
			/>
			{purging.progress}
		</Confirm>
	);
}

/** Deletes all messages of the person and shows how many. After a failure, it can be run again for the rest. */
function usePurge({ uid, nickname, room }: WantedDeed) {
	const chat = useChat();
	const words = text.value.screens.people;
	const count = useRef(0);
	const [deleted, setDeleted] = useState(0);
	const { current: cancelling } = useRef(new AbortController());
	return {
		cancel: () => cancelling.abort(),
		progress: deleted > 0 && <p class="muted">{words.purgedSoFar(deleted)}</p>,
		async run(): Promise<void> {
			const progress = (more: number) => {
				count.current += more;
				setDeleted(count.current);
			};
			await purge(chat, uid, room === null ? purgedRooms(chat) : [room], progress, cancelling.signal);
			toast(words.purged(nickname, count.current));
		},
	};
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
