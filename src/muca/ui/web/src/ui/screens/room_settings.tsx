/** The settings of a room that the user may change. Only changed settings are sent. */

import { useState } from "preact/hooks";
import { duration, text } from "../../text";
import type { Room, RoomSettings } from "../../wire/words";
import { useChat } from "../chat";
import { Button } from "../parts/button";
import { Choice, Field, Switch, TextField } from "../parts/field";
import { ArchiveIcon, TrashIcon } from "../parts/icons";
import { toast } from "../parts/toast";
import { go, roomRoute } from "../route";
import { useDeed } from "./asking";
import { Confirm } from "./confirm";
import type { Rights } from "./rights";
import { changedSettings, deletesMore } from "./room_changes";
import { closeScreen } from "./screen";
import { Trouble } from "./trouble";

const DAY = 86_400;
const SLOW_SECONDS = [5, 10, 30, 60, 300, 900, 3600];
const KEEP_DAYS = [1, 7, 30, 90, 180, 365, 3 * 365];

export function RoomSettingsForm({ room, rights }: { room: Room; rights: Rights }) {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const limits = chat.limits.value;
	const [edited, setEdited] = useState<RoomSettings>({});
	const [asking, setAsking] = useState<"archive" | "delete" | "keep" | null>(null);
	const { run, busy, trouble } = useDeed();
	const now: Room = { ...room, ...edited };
	const changes = changedSettings(room, edited);
	const named = room.KIND === "named";
	const edit = (changed: RoomSettings) => setEdited({ ...edited, ...changed });
	const set = async (settings: RoomSettings) => {
		await chat.ask("SET", { ROOM: room.ROOM, ...settings });
		setEdited({});
		toast(text.value.screens.all.saved);
	};

	return (
		<>
			<form
				class="stack"
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					if (deletesMore(room, changes)) setAsking("keep");
					else void run(() => set(changes));
				}}
			>
				{rights.set && (
					<>
						{named && (
							<Field
								label={words.title}
								value={now.TITLE ?? ""}
								maxLength={limits.TITLE_CHARS_MAX}
								wrong={
									now.TITLE?.trim() === ""
										? words.titleMissing
										: trouble?.code === "title_taken"
											? trouble.message
											: null
								}
								onInput={(event) => edit({ TITLE: event.currentTarget.value })}
							/>
						)}
						<TextField
							label={words.topic}
							hint={words.topicHint}
							rows={2}
							value={now.TOPIC ?? ""}
							maxLength={limits.TOPIC_CHARS_MAX}
							onInput={(event) => edit({ TOPIC: event.currentTarget.value })}
						/>
						<Switch
							label={words.readOnly}
							hint={words.readOnlyHint}
							checked={now.READ_ONLY ?? false}
							onChange={(on) => edit({ READ_ONLY: on })}
						/>
					</>
				)}
				{rights.archive && (
					<Switch
						label={words.privateLabel}
						hint={words.privateHint}
						checked={now.PRIVATE ?? false}
						onChange={(on) => edit({ PRIVATE: on })}
					/>
				)}
				{rights.set && (
					<Choice
						label={words.slow}
						hint={words.slowHint}
						value={String(now.SLOW_SECONDS ?? 0)}
						options={choices(SLOW_SECONDS, now.SLOW_SECONDS, words.slowOff, duration)}
						onChange={(event) => edit({ SLOW_SECONDS: Number(event.currentTarget.value) })}
					/>
				)}
				{rights.keep && (
					<>
						<Choice
							label={words.keep}
							hint={words.keepHint}
							value={String(now.KEEP_DAYS ?? 0)}
							options={choices(KEEP_DAYS, now.KEEP_DAYS, words.keepForever, (days) => duration(days * DAY))}
							onChange={(event) => edit({ KEEP_DAYS: Number(event.currentTarget.value) })}
						/>
						<Field
							label={words.keepEvents}
							hint={words.keepEventsHint}
							inputMode="numeric"
							pattern="[0-9]*"
							value={now.KEEP_EVENTS ? String(now.KEEP_EVENTS) : ""}
							placeholder={words.keepForever}
							onInput={(event) =>
								edit({ KEEP_EVENTS: Number(event.currentTarget.value.replace(/\D/g, "").slice(0, 9)) })
							}
						/>
					</>
				)}
				<Trouble words={trouble?.code === "title_taken" ? null : trouble?.message} />
				<div class="row">
					<Button
						type="submit"
						look="accent"
						busy={busy}
						disabled={Object.keys(changes).length === 0 || now.TITLE?.trim() === ""}
					>
						{text.value.screens.all.save}
					</Button>
				</div>
				{rights.archive && (
					<>
						<hr />
						<div class="row">
							{room.ARCHIVED ? (
								<Button icon={ArchiveIcon} onClick={() => run(() => set({ ARCHIVED: false }))}>
									{words.unarchive}
								</Button>
							) : (
								<Button icon={ArchiveIcon} onClick={() => setAsking("archive")}>
									{words.archive}
								</Button>
							)}
							<Button icon={TrashIcon} class="dangerous" onClick={() => setAsking("delete")}>
								{words.deleteRoom}
							</Button>
						</div>
					</>
				)}
			</form>
			{asking === "archive" && (
				<Confirm
					title={words.archiveTitle(room.TITLE ?? "")}
					action={words.archive}
					onClose={() => setAsking(null)}
					onConfirm={() => set({ ARCHIVED: true })}
				>
					<p>{words.archiveText}</p>
				</Confirm>
			)}
			{asking === "delete" && <DeleteRoom room={room} onClose={() => setAsking(null)} />}
			{asking === "keep" && (
				<Confirm
					title={words.keepTitle}
					action={words.keepConfirm}
					onClose={() => setAsking(null)}
					onConfirm={() => set(changes)}
				>
					<p>{words.keepText}</p>
				</Confirm>
			)}
		</>
	);
}

/** The user must type the title, because this cannot be undone. */
function DeleteRoom({ room: { ROOM, TITLE = "" }, onClose }: { room: Room; onClose: () => void }) {
	const chat = useChat();
	const words = text.value.screens.rooms;
	const [title, setTitle] = useState("");
	return (
		<Confirm
			title={words.deleteTitle(TITLE)}
			action={words.deleteForGood}
			disabled={title.trim() !== TITLE}
			onClose={onClose}
			onConfirm={async () => {
				await chat.ask("DELETE_ROOM", { ROOM });
				closeScreen();
				go(roomRoute("lobby"), { replace: true });
			}}
		>
			<p>{words.deleteText}</p>
			<Field
				label={words.deleteConfirm(TITLE)}
				value={title}
				autocomplete="off"
				spellcheck={false}
				onInput={(event) => setTitle(event.currentTarget.value)}
			/>
		</Confirm>
	);
}

/** The usual values, and the current one. */
function choices(
	usual: readonly number[],
	now: number | undefined,
	none: string,
	say: (value: number) => string,
): (readonly [string, string])[] {
	const all = now && !usual.includes(now) ? [...usual, now].sort((one, other) => one - other) : usual;
	return [["0", none], ...all.map((value) => [String(value), say(value)] as const)];
}
