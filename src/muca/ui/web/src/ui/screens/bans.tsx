/** The people banned or muted in a room or on the server; on the server also addresses. */

import { useState } from "preact/hooks";
import { dateAndTime, text } from "../../text";
import type { RoomId, Sanction } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Field, TextField } from "../parts/field";
import { BanIcon, MuteIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { useAnswer, useDeed } from "./asking";
import { Confirm } from "./confirm";
import { HowLong } from "./deed_dialog";
import { Trouble } from "./trouble";

/** `room` null: the server. */
export function Bans({ room }: { room: RoomId | null }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const place = room === null ? {} : { ROOM: room };
	const { value, trouble, again } = useAnswer(() => chat.ask("BANS", place), [room]);
	const lifting = useDeed();
	const [banning, setBanning] = useState(false);
	const lift = ({ SANCTION, UID, ADDRESS }: Sanction) =>
		chat.ask(SANCTION === "ban" ? "UNBAN" : "UNMUTE", { ...(UID ? { UID } : { ADDRESS }), ...place }).then(again);

	return (
		<>
			<Trouble words={trouble} onAgain={again} />
			<Trouble words={lifting.trouble?.message} />
			{!value && trouble === null && <Spinner label={text.value.screens.all.loading} />}
			{value?.SANCTIONS.length === 0 && (
				<div class="empty">
					<h2>{words.noBans}</h2>
					<p>{words.noBansText}</p>
				</div>
			)}
			<ul class="rows" aria-label={words.bans}>
				{value?.SANCTIONS.map((sanction) => (
					<SanctionRow
						key={`${sanction.SANCTION} ${sanction.UID ?? sanction.ADDRESS}`}
						sanction={sanction}
						onLift={() => lifting.run(() => lift(sanction))}
					/>
				))}
			</ul>
			{room === null && (
				<div class="row">
					<Button icon={BanIcon} onClick={() => setBanning(true)}>
						{words.banAddress}
					</Button>
				</div>
			)}
			{banning && <BanAddress onClose={() => setBanning(false)} onDone={again} />}
		</>
	);
}

function SanctionRow({ sanction, onLift }: { sanction: Sanction; onLift: () => void }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const { SANCTION, UID, ADDRESS, UNTIL, REASON } = sanction;
	const name = UID ? chat.person(UID).nickname : (ADDRESS ?? "");
	const about = [
		SANCTION === "ban" ? words.banned : words.muted,
		UNTIL ? words.until(dateAndTime(UNTIL)) : text.value.screens.all.forGood,
		REASON,
	];
	return (
		<li>
			<span class="sign" data-reach="ROOM" aria-hidden="true">
				{SANCTION === "ban" ? <BanIcon /> : <MuteIcon />}
			</span>
			<span class="who">
				<b>
					<bdi>{name}</bdi>
				</b>
				<small>
					<bdi>{about.filter(Boolean).join(" · ")}</bdi>
				</small>
			</span>
			<Button onClick={onLift} aria-label={words.liftName(name)}>
				{words.lift}
			</Button>
		</li>
	);
}

function BanAddress({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const [address, setAddress] = useState("");
	const [seconds, setSeconds] = useState("86400");
	const [reason, setReason] = useState("");
	return (
		<Confirm
			title={words.banAddress}
			action={text.value.screens.people.ban}
			disabled={address.trim() === ""}
			onClose={onClose}
			onConfirm={async () => {
				await chat.ask("BAN", {
					ADDRESS: address.trim(),
					...(seconds && { SECONDS: Number(seconds) }),
					...(reason.trim() && { REASON: reason.trim() }),
				});
				onDone();
			}}
		>
			<p>{words.banAddressText}</p>
			<Field
				label={words.address}
				hint={words.addressHint}
				value={address}
				autocomplete="off"
				spellcheck={false}
				onInput={(event) => setAddress(event.currentTarget.value)}
			/>
			<HowLong seconds={seconds} onChange={setSeconds} />
			<TextField
				label={text.value.screens.people.reason}
				rows={2}
				value={reason}
				maxLength={chat.limits.value.REASON_CHARS_MAX}
				onInput={(event) => setReason(event.currentTarget.value)}
			/>
		</Confirm>
	);
}
