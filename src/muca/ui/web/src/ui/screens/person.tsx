/** One person: details, private message, ignoring, and actions of moderators, in the current room or on the server. */

import { useState } from "preact/hooks";
import { isBanned } from "../../chat/people";
import { ago, text } from "../../text";
import type { RoomId, Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Switch } from "../parts/field";
import { SendIcon, SettingsIcon } from "../parts/icons";
import type { MenuItem } from "../parts/menu";
import { RoleTag } from "../parts/role_tag";
import { toastError } from "../parts/toast";
import { go, roomRoute } from "../route";
import { useAnswer } from "./asking";
import { DeedDialog, type WantedDeed } from "./deed_dialog";
import { deedItems } from "./deed_items";
import { deedsAbout, NO_DEEDS, powerIn, rightsIn, rightsOnServer } from "./rights";
import { closeScreen, openScreen } from "./screen";
import { until } from "./until";
import "./lists.css";

export function PersonScreen({ uid, room }: { uid: Uid; room?: RoomId }) {
	const chat = useChat();
	const words = text.value.screens.people;
	const person = chat.person(uid);
	const own = chat.me.value?.uid === uid;
	const state = own
		? words.you
		: person.presence === "gone" && person.seenMs !== null
			? words.seen(ago(person.seenMs))
			: words[person.presence];
	return (
		<Dialog title={words.profile} onClose={closeScreen} class="person-screen">
			<div class="stack">
				<div class="person-head">
					<Avatar person={person} size="large" presence />
					<div class="who">
						<h3>
							<bdi>{person.nickname}</bdi> <RoleTag role={person.role} />
						</h3>
						<small>
							<bdi>{uid}</bdi>
						</small>
						<small>{state}</small>
						{isBanned(person) && <small>{words.banned(until(person.bannedUntil))}</small>}
					</div>
				</div>
				{own ? (
					<Button icon={SettingsIcon} onClick={() => openScreen({ is: "settings" })}>
						{text.value.screens.settings.title}
					</Button>
				) : (
					<>
						<div data-reach="PRIVATE">
							<Button
								look="accent"
								icon={SendIcon}
								autofocus
								class="wide"
								onClick={() => {
									closeScreen();
									go(roomRoute(chat.to([uid]).id.value));
								}}
							>
								{words.write}
							</Button>
						</div>
						<Switch
							label={words.ignore}
							hint={words.ignoreHint}
							checked={person.ignored}
							onChange={(on) => void chat.ask(on ? "IGNORE" : "UNIGNORE", { UID: uid }).catch(toastError)}
						/>
						<Deeds uid={uid} room={room} />
					</>
				)}
			</div>
		</Dialog>
	);
}

/** Maximum number of members to search for this person, from shortly before their user id: members are sorted by it. */
const MEMBERS_MAX = 200;
const before = (uid: Uid): string => [...uid].slice(0, -1).join("");

function Deeds({ uid, room: id }: { uid: Uid; room: RoomId | undefined }) {
	const chat = useChat();
	const words = text.value.screens.people;
	const onServer = chat.me.value?.role ?? "guest";
	const view = chat.rooms.value.find((each) => each.id === id);
	const room = view?.kind === "named" ? view.room : null;
	const rights = room ? rightsIn(room, onServer) : rightsOnServer(onServer);
	const [wanted, setWanted] = useState<WantedDeed | null>(null);
	const place = room ? { room: room.ROOM, where: room.TITLE ?? null } : { room: null, where: null };
	const { value, again } = useAnswer(
		async () =>
			rights.moderate
				? (
						await chat.ask("MEMBERS", {
							ROOM: room?.ROOM ?? "lobby",
							LIMIT: MEMBERS_MAX,
							...(before(uid) && { AFTER: before(uid) }),
						})
					).MEMBERS
				: null,
		[uid, id, rights.moderate],
	);
	if (!value) return null;
	/** Somebody who has left the room may still have messages there. */
	const member = value.find(({ UID }) => UID === uid);
	const { nickname } = chat.person(uid);
	const about = { uid, nickname, ...place };
	const deeds = deedsAbout(rights, room ? powerIn(room, onServer) : onServer, member?.ROLE ?? "member");
	const items = deedItems({
		deeds: member ? deeds : { ...NO_DEEDS, purge: deeds.purge },
		muted: (member?.MUTED_UNTIL ?? 0) > Date.now(),
		banned: (member?.BANNED_UNTIL ?? 0) > Date.now(),
		onDeed: (verb) => setWanted({ verb, ...about }),
		onLift: (verb) =>
			void chat
				.ask(verb === "unmute" ? "UNMUTE" : "UNBAN", { UID: uid, ...(place.room && { ROOM: place.room }) })
				.then(again, toastError),
		onRole: (role) => setWanted({ verb: "role", role, ...about }),
	});
	if (items.length === 0) return null;
	return (
		<section class="stack" aria-labelledby="person-deeds">
			<h3 id="person-deeds" class="part-title">
				<bdi>{words.deedsIn(place.where)}</bdi>
			</h3>
			<DeedButtons items={items.filter(({ danger }) => !danger)} />
			<DeedButtons items={items.filter(({ danger }) => danger)} />
			{wanted && <DeedDialog deed={wanted} onClose={() => setWanted(null)} onDone={again} />}
		</section>
	);
}

/** Harmful actions are separate, and last. */
function DeedButtons({ items }: { items: readonly MenuItem[] }) {
	if (items.length === 0) return null;
	return (
		<div class="row deeds">
			{items.map(({ label, icon, danger = false, onPick }) => (
				<Button key={label} onClick={onPick} {...(icon && { icon })} {...(danger && { class: "dangerous" })}>
					{label}
				</Button>
			))}
		</div>
	);
}
