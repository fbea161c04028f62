/** Messages that people have brought before the moderators. */

import { ago, dateAndTime, text } from "../../text";
import type { Report, RoomId } from "../../wire/words";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Button } from "../parts/button";
import { CheckIcon } from "../parts/icons";
import { Spinner } from "../parts/spinner";
import { formatRoute, roomRoute } from "../route";
import { useAnswer, useDeed } from "./asking";
import { closeScreen } from "./screen";
import { Trouble } from "./trouble";

/** `room` null: all that one moderates on the server. */
export function Reports({ room }: { room: RoomId | null }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const place = room === null ? {} : { ROOM: room };
	const { value, trouble, again, set } = useAnswer(() => chat.ask("REPORTS", place), [room]);
	const { run, trouble: unresolved } = useDeed();
	const resolve = async (id: number) => {
		await chat.ask("RESOLVE", { REPORT: id });
		set(({ REPORTS }) => ({ REPORTS: REPORTS.filter(({ REPORT }) => REPORT !== id) }));
	};
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
					<ReportCard key={report.REPORT} report={report} onResolve={() => run(() => resolve(report.REPORT))} />
				))}
			</ul>
		</>
	);
}

function ReportCard({ report, onResolve }: { report: Report; onResolve: () => void }) {
	const chat = useChat();
	const words = text.value.screens.server;
	const { MESSAGE, ROOM, SEQ, REASON, TS, UID } = report;
	const room = chat.rooms.value.find(({ id }) => id === ROOM);
	return (
		<li class="card">
			<p class="muted">
				<bdi>{words.reportedBy(chat.person(UID).nickname, ago(TS))}</bdi>
			</p>
			<p dir="auto">{REASON || <span class="muted">{words.noReason}</span>}</p>
			{MESSAGE && !MESSAGE.DELETED ? (
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
					<p class="reported-text" dir="auto">
						{MESSAGE.MSG || words.onlyFiles}
					</p>
				</blockquote>
			) : (
				<p class="muted">{words.messageGone}</p>
			)}
			<div class="row">
				<Button icon={CheckIcon} onClick={onResolve}>
					{words.resolve}
				</Button>
				{room && (
					<a class="button quiet" href={formatRoute(roomRoute(ROOM, { seq: SEQ }))} onClick={closeScreen}>
						{words.goTo}
					</a>
				)}
			</div>
		</li>
	);
}
