/** The audit log of a room or of the server, the newest entry first. */

import { dateAndTime, text, when } from "../../text";
import type { AuditEntry, RoomId } from "../../wire/words";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Button } from "../parts/button";
import { Spinner } from "../parts/spinner";
import { useAnswer, useDeed } from "./asking";
import { logDetail } from "./log_detail";
import { Trouble } from "./trouble";

/** The actor for commands on the server's machine. */
const OPERATOR = "-";

/** `room` null: the server. */
export function Log({ room }: { room: RoomId | null }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const read = (before?: number) =>
		chat.ask("AUDIT", { ...(room && { ROOM: room }), ...(before !== undefined && { BEFORE: before }) });
	const { value, trouble, again, set } = useAnswer(() => read(), [room]);
	const more = useDeed();
	if (trouble !== null) return <Trouble words={trouble} onAgain={again} />;
	if (!value) return <Spinner label={text.value.screens.all.loading} />;
	const { ENTRIES, NEXT } = value;
	if (ENTRIES.length === 0) {
		return (
			<div class="empty">
				<h2>{words.noLog}</h2>
			</div>
		);
	}
	return (
		<>
			<ol class="log" aria-label={words.log}>
				{ENTRIES.map((entry, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: entries have no number, and are only added at the end
					<Entry key={index} entry={entry} here={room} />
				))}
			</ol>
			<Trouble words={more.trouble?.message} />
			{NEXT !== undefined && (
				<Button
					busy={more.busy}
					onClick={() =>
						more.run(async () => {
							const older = await read(NEXT);
							set((now) => ({ ...older, ENTRIES: [...now.ENTRIES, ...older.ENTRIES] }));
						})
					}
				>
					{words.more}
				</Button>
			)}
		</>
	);
}

function Entry({ entry, here }: { entry: AuditEntry; here: RoomId | null }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const { TS, ACTOR, ACTION, UID, ROOM, DETAIL } = entry;
	const name = (uid: string) => chat.person(uid).nickname;
	const say = words.actions[ACTION];
	const about = UID ? name(UID) : (DETAIL ?? "");
	const detail = UID ? logDetail(entry) : "";
	const room = ROOM !== here ? chat.rooms.value.find(({ id }) => id === ROOM) : undefined;
	return (
		<li>
			<time dateTime={new Date(TS).toISOString()} title={dateAndTime(TS)}>
				{when(TS)}
			</time>
			<span>
				<b>
					<bdi>{ACTOR === OPERATOR ? words.operator : name(ACTOR)}</bdi>
				</b>{" "}
				{say ? say(about) : `${ACTION} ${about}`}
				{room && (
					<>
						{" "}
						<span class="tag">
							<bdi>{roomName(room)}</bdi>
						</span>
					</>
				)}
				{detail && (
					<small class="muted">
						<bdi>{detail}</bdi>
					</small>
				)}
			</span>
		</li>
	);
}
