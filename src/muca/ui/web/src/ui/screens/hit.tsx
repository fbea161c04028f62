import { dateAndTime, when } from "../../text";
import type { Hit } from "../../wire/words";
import { useChat } from "../chat";
import { roomName } from "../names";
import { Avatar } from "../parts/avatar";
import { FileIcon } from "../parts/icons";
import { formatRoute, roomRoute } from "../route";
import { Marked } from "./marked";
import { excerpt, shownHits } from "./marks";
import { closeScreen } from "./screen";

/** A search hit, as a link to its message. */
export function HitItem({ hit: { MESSAGE, MARKS } }: { hit: Hit }) {
	const chat = useChat();
	const room = chat.room(MESSAGE.ROOM);
	const known = chat.person(MESSAGE.FROM);
	const nickname = known.nickname === MESSAGE.FROM ? MESSAGE.UN : known.nickname;
	const { text, marks } = shownHits(MESSAGE.MSG, MARKS);
	const part = excerpt(text, marks);
	return (
		<li>
			<a class="hit" href={formatRoute(roomRoute(MESSAGE.ROOM, { seq: MESSAGE.SEQ }))} onClick={closeScreen}>
				<Avatar person={{ uid: MESSAGE.FROM, nickname }} />
				<span class="hit-head">
					<b class="ellipsis">
						<bdi>{nickname}</bdi>
					</b>
					<span class="tag" data-reach={MESSAGE.TYPE}>
						<bdi>{room ? roomName(room) : MESSAGE.ROOM}</bdi>
					</span>
					<time dateTime={new Date(MESSAGE.TS).toISOString()} title={dateAndTime(MESSAGE.TS)}>
						{when(MESSAGE.TS)}
					</time>
				</span>
				<span class="hit-text" dir="auto">
					<Marked {...part} />
				</span>
				{MESSAGE.FILES?.map(({ FILE, NAME }) => (
					<span class="hit-file" key={FILE}>
						<FileIcon />
						<bdi class="ellipsis">{NAME}</bdi>
					</span>
				))}
			</a>
		</li>
	);
}
