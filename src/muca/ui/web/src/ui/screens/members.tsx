/** The people of a room or of the server, with the permitted actions for each. */

import { useState } from "preact/hooks";
import type { Chat } from "../../chat/chat";
import { ago, compareNames, text } from "../../text";
import type { Member, Role, Room } from "../../wire/words";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { Button } from "../parts/button";
import { MoreIcon, PersonIcon } from "../parts/icons";
import { MenuButton } from "../parts/menu";
import { Spinner } from "../parts/spinner";
import { toastError } from "../parts/toast";
import { useAnswer, useDeed } from "./asking";
import { DeedDialog, type WantedDeed } from "./deed_dialog";
import { deedItems, type Lifting, type Verb } from "./deed_items";
import { FindField } from "./find_field";
import { match } from "./fuzzy";
import { InviteButton } from "./invite";
import { deedsAbout, powerIn, type Rights, rightsIn, rightsOnServer } from "./rights";
import { openScreen } from "./screen";
import { Trouble } from "./trouble";
import { until } from "./until";

const PAGE = 200;
/** Pages to load at once, so that the user can search for names. */
const PAGES_MAX = 5;

interface Known {
	members: readonly Member[];
	more: boolean;
}

async function read(chat: Chat, room: string, after?: string): Promise<Known> {
	const members: Member[] = [];
	let more = true;
	for (let page = 0; more && page < PAGES_MAX; page++) {
		const last = members.at(-1)?.UID ?? after;
		const answer = await chat.ask("MEMBERS", { ROOM: room, LIMIT: PAGE, ...(last && { AFTER: last }) });
		members.push(...answer.MEMBERS);
		more = answer.MORE;
	}
	return { members, more };
}

/** `room` null: everyone the server knows. */
export function Members({ room }: { room: Room | null }) {
	const chat = useChat();
	const words = text.value.screens.people;
	const id = room?.ROOM ?? "lobby";
	const { value, trouble, again, set } = useAnswer<Known>(() => read(chat, id), [id]);
	const more = useDeed();
	const [filter, setFilter] = useState("");
	const [wanted, setWanted] = useState<WantedDeed | null>(null);
	if (trouble !== null) return <Trouble words={trouble} onAgain={again} />;
	if (!value) return <Spinner label={text.value.screens.all.loading} />;

	const me = chat.me.value;
	const whole = room === null || room.KIND === "lobby";
	const onServer = me?.role ?? "guest";
	const rights = whole ? rightsOnServer(onServer) : rightsIn(room, onServer);
	const mine = whole ? onServer : powerIn(room, onServer);
	const place = whole ? { room: null, where: null } : { room: room.ROOM, where: room.TITLE ?? null };
	const shown = value.members
		.filter(({ UN, UID }) => match(filter, UN) ?? match(filter, UID))
		.toSorted((one, other) => byRole(one, other) || compareNames(one.UN, other.UN));

	const lift = (verb: Lifting, { UID }: Member) =>
		chat
			.ask(verb === "unmute" ? "UNMUTE" : "UNBAN", { UID, ...(place.room && { ROOM: place.room }) })
			.then(again, toastError);

	return (
		<>
			{room && (
				<div class="row">
					<InviteButton room={room} onClose={again} />
				</div>
			)}
			<FindField label={words.filter} value={filter} onChange={setFilter} />
			{shown.length === 0 && <p class="muted">{words.nobody}</p>}
			<ul class="rows" aria-label={words.readable}>
				{shown.map((member) => (
					<MemberRow
						key={member.UID}
						member={member}
						rights={rights}
						mine={mine}
						room={place.room}
						onDeed={(verb) => setWanted({ verb, uid: member.UID, nickname: member.UN, ...place })}
						onLift={(verb) => void lift(verb, member)}
						onRole={(role) => setWanted({ verb: "role", role, uid: member.UID, nickname: member.UN, ...place })}
					/>
				))}
			</ul>
			<Trouble words={more.trouble?.message} />
			{value.more && (
				<Button
					busy={more.busy}
					onClick={() =>
						more.run(async () => {
							const next = await read(chat, id, value.members.at(-1)?.UID);
							set((now) => ({ members: [...now.members, ...next.members], more: next.more }));
						})
					}
				>
					{text.value.screens.find.more}
				</Button>
			)}
			{wanted && <DeedDialog deed={wanted} onClose={() => setWanted(null)} onDone={again} />}
		</>
	);
}

const ORDER: readonly Role[] = ["owner", "moderator", "member", "guest"];
const byRole = (one: Member, other: Member): number => ORDER.indexOf(one.ROLE) - ORDER.indexOf(other.ROLE);

interface MemberRowProps {
	member: Member;
	rights: Rights;
	mine: Role;
	room: string | null;
	onDeed: (verb: Exclude<Verb, Lifting>) => void;
	onLift: (verb: Lifting) => void;
	onRole: (role: Role) => void;
}

function MemberRow({ member, rights, mine, room, onDeed, onLift, onRole }: MemberRowProps) {
	const chat = useChat();
	const words = text.value.screens.people;
	const { UID, UN, ROLE, SEEN, MUTED_UNTIL, BANNED_UNTIL } = member;
	const { presence } = chat.person(UID);
	const own = UID === chat.me.value?.uid;
	const muted = MUTED_UNTIL !== undefined && MUTED_UNTIL > Date.now();
	const banned = BANNED_UNTIL !== undefined && BANNED_UNTIL > Date.now();
	const deeds = deedsAbout(rights, mine, ROLE);
	const state = [
		own ? words.you : UID,
		banned && words.banned(until(BANNED_UNTIL)),
		muted && words.muted(until(MUTED_UNTIL)),
		presence === "gone" && SEEN > 0 && words.seen(ago(SEEN)),
	].filter((each) => typeof each === "string");
	return (
		<li>
			<Avatar person={{ uid: UID, nickname: UN, presence }} presence />
			<span class="who">
				<b>
					<bdi>{UN}</bdi>
				</b>
				<small>{state.join(" · ")}</small>
			</span>
			{ROLE !== "member" && <span class="tag">{text.value.screens.roles[ROLE]}</span>}
			{!own && (
				<MenuButton
					icon={MoreIcon}
					label={words.menu(UN)}
					items={[
						{
							label: words.profile,
							icon: PersonIcon,
							onPick: () => openScreen({ is: "person", uid: UID, ...(room && { room }) }),
						},
						...withLine(deedItems({ deeds, muted, banned, onDeed, onLift, onRole })),
					]}
				/>
			)}
		</li>
	);
}

const withLine = <T,>(items: readonly T[]): (T | "line")[] => (items.length > 0 ? ["line", ...items] : []);
