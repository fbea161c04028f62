/** Reported messages. */

import { useEffect, useState } from "preact/hooks";
import { setOpenReports } from "../../notify/reports";
import { ago, dateAndTime, text } from "../../text";
import type { Report, RoomId } from "../../wire/words";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Button } from "../parts/button";
import { CheckIcon, MuteIcon, TrashIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { toast } from "../parts/toast";
import { formatRoute, roomRoute } from "../route";
import { useAnswer, useDeed } from "./asking";
import { Confirm } from "./confirm";
import { DeedDialog } from "./deed_dialog";
import { closeScreen } from "./screen";
import { Trouble } from "./trouble";

/** `room` null: all reports for moderators of the server. */
export function Reports({ room }: { room: RoomId | null }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const place = room === null ? {} : { ROOM: room };
	const { value, trouble, again, set } = useAnswer(() => chat.ask("REPORTS", place), [room]);
	useEffect(() => {
		if (room === null && value) setOpenReports(value.REPORTS.length);
	}, [room, value]);
	const { run, trouble: unresolved } = useDeed();
	const resolve = async (id: number) => {
		await chat.ask("RESOLVE", { REPORT: id });
		set(({ REPORTS }) => ({ REPORTS: REPORTS.filter(({ REPORT }) => REPORT !== id) }));
	};
	const removed = (id: number) =>
		set(({ REPORTS }) => ({
			REPORTS: REPORTS.map((each) => (each.REPORT === id ? { ...each, DELETED: true } : each)),
		}));
	return (
		<>
			<Trouble words={trouble} onAgain={again} />
			<Trouble words={unresolved?.message} />
			{!value && trouble === null && <Spinner label={text.value.screens.all.loading} />}
			{value?.REPORTS.length === 0 && (
				<div class="empty">
					<h2>{words.noReports}</h2>
					<p>{words.noReportsText}</p>
				</div>
			)}
			<ul class="cards" aria-label={words.reports}>
				{value?.REPORTS.map((report) => (
					<ReportCard
						key={report.REPORT}
						report={report}
						onResolve={() => run(() => resolve(report.REPORT))}
						onRemoved={() => removed(report.REPORT)}
					/>
				))}
			</ul>
		</>
	);
}

interface ReportCardProps {
	report: Report;
	onResolve: () => void;
	/** The message was deleted. */
	onRemoved: () => void;
}

function ReportCard({ report, onResolve, onRemoved }: ReportCardProps) {
	const chat = useChat();
	const words = text.value.screens.server;
	const { MESSAGE, VERSIONS = [], DELETED, ROOM, SEQ, REASON, TS, UID } = report;
	const room = chat.rooms.value.find(({ id }) => id === ROOM);
	const [asking, setAsking] = useState<"remove" | "mute" | null>(null);
	const close = () => setAsking(null);
	const place = room?.kind === "named" ? { room: ROOM, where: room.title } : { room: null, where: null };
	return (
		<li class="card">
			<p class="muted">
				<bdi>{words.reportedBy(chat.person(UID).nickname, ago(TS))}</bdi>
			</p>
			<p dir="auto">{REASON || <span class="muted">{words.noReason}</span>}</p>
			{MESSAGE && (
				<blockquote class="reported">
					<p class="hit-head">
						<b class="ellipsis">
							<bdi>{MESSAGE.UN}</bdi>
						</b>
						{room && (
							<span class="tag" data-reach={MESSAGE.TYPE}>
								<bdi>{roomName(room)}</bdi>
							</span>
						)}
						<time dateTime={new Date(MESSAGE.TS).toISOString()}>{dateAndTime(MESSAGE.TS)}</time>
					</p>
					{VERSIONS.slice(0, -1).map(({ TS, MSG }) => (
						<p class="reported-text" dir="auto" key={TS}>
							<span class="muted">{words.earlierText(dateAndTime(TS))}</span> {MSG}
						</p>
					))}
					<p class="reported-text" dir="auto">
						{MESSAGE.MSG || words.onlyFiles}
					</p>
					{MESSAGE.FILES?.map((file) => (
						<a key={file.FILE} href={chat.fileUrl(file)} target="_blank" rel="noreferrer">
							<bdi>{file.NAME}</bdi>
						</a>
					))}
				</blockquote>
			)}
			{DELETED && <p class="muted">{words.messageGone}</p>}
			<div class="row">
				<Button icon={CheckIcon} onClick={onResolve}>
					{words.resolve}
				</Button>
				{MESSAGE && !DELETED && (
					<Button icon={TrashIcon} onClick={() => setAsking("remove")}>
						{words.remove}
					</Button>
				)}
				{MESSAGE && MESSAGE.FROM !== chat.me.value?.uid && (
					<Button icon={MuteIcon} onClick={() => setAsking("mute")}>
						<bdi>{words.mute(MESSAGE.UN)}</bdi>
					</Button>
				)}
				{room && !DELETED && (
					<a class="button quiet" href={formatRoute(roomRoute(ROOM, { seq: SEQ }))} onClick={closeScreen}>
						{words.goTo}
					</a>
				)}
			</div>
			{MESSAGE && asking === "remove" && (
				<Confirm
					title={words.removeTitle(MESSAGE.UN)}
					action={words.remove}
					onClose={close}
					onConfirm={async () => {
						await chat.ask("DELETE", { ROOM, SEQ });
						onRemoved();
					}}
				>
					<p>{words.removeText}</p>
				</Confirm>
			)}
			{MESSAGE && asking === "mute" && (
				<DeedDialog
					deed={{ verb: "mute", uid: MESSAGE.FROM, nickname: MESSAGE.UN, ...place }}
					onClose={close}
					onDone={() => toast(words.mutedNow(MESSAGE.UN))}
				/>
			)}
		</li>
	);
}
