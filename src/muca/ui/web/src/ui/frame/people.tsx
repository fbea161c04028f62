/** The list of people: everyone in the lobby, members in a room; first those who are online. */

import { useState } from "preact/hooks";
import type { Person, RoomView } from "../../chat/chat";
import { isBanned } from "../../chat/people";
import { ago, number, text } from "../../text";
import type { Role, Uid } from "../../wire/words";
import { useChat } from "../chat";
import { Avatar } from "../parts/avatar";
import { Button } from "../parts/button";
import { PersonAddIcon } from "../parts/icons";
import { RoleTag } from "../parts/role_tag";
import { useRoving } from "../parts/roving";
import { Spinner } from "../parts/spinner";
import { useAnswer } from "../screens/asking";
import { rightsIn } from "../screens/rights";
import { openScreen } from "../screens/screen";

/** `changed`: changes when the members of the room may have changed. */
export function People({ room, changed }: { room: RoomView | null; changed: string | undefined }) {
	const chat = useChat();
	const me = chat.me.value;
	if (chat.link.value.is !== "joined") return <p class="empty">{text.value.conversation.whoIsHereUnknown}</p>;
	if (room === null || room.kind === "lobby") return <PeopleList people={chat.people.value} room={room} />;
	if (room.kind === "named") return <Members room={room} changed={changed} />;
	const uids = me ? [...room.others, me.uid] : room.others;
	return <PeopleList people={uids.map((uid) => chat.person(uid))} room={room} />;
}

const MEMBERS_MAX = 500;

function Members({ room, changed }: { room: RoomView; changed: string | undefined }) {
	const chat = useChat();
	const answer = useAnswer(
		() => chat.ask("MEMBERS", { ROOM: room.id, LIMIT: MEMBERS_MAX }),
		[room.id, room.room.ENTERED, room.room.ROLE, changed],
	);
	const words = text.value.conversation;
	if (answer.trouble !== null) {
		return (
			<div class="empty">
				<p>{answer.trouble}</p>
				<Button onClick={answer.again}>{words.tryAgain}</Button>
			</div>
		);
	}
	if (!answer.value) return <Spinner label={words.loading} />;
	const { MEMBERS, MORE } = answer.value;
	const roles = new Map(MEMBERS.map(({ UID, ROLE }) => [UID, ROLE]));
	const people = MEMBERS.map(({ UID, UN }) => ({ ...chat.person(UID), nickname: UN }));
	return (
		<>
			{rightsIn(room.room, chat.me.value?.role ?? "guest").invite && (
				<Button class="panel-button" icon={PersonAddIcon} onClick={() => openScreen({ is: "invite", room: room.id })}>
					{text.value.screens.rooms.invite}
				</Button>
			)}
			<PeopleList people={people} room={room} roles={roles} />
			{MORE && (
				<Button look="link" onClick={() => openScreen({ is: "room", room: room.id, page: "members" })}>
					{words.allMembers}
				</Button>
			)}
		</>
	);
}

interface PeopleListProps {
	people: readonly Person[];
	room: RoomView | null;
	roles?: ReadonlyMap<Uid, Role>;
}

const GONE_MAX = 50;

function PeopleList({ people, room, roles }: PeopleListProps) {
	const words = text.value.conversation;
	const [all, setAll] = useState(false);
	const roving = useRoving<HTMLDivElement>("button.person");
	// Banned people are not listed, except in conversations, to explain why they do not answer.
	const listed = room?.kind === "direct" || room?.kind === "group" ? people : people.filter((each) => !isBanned(each));
	const being = (presence: Person["presence"]) => listed.filter((person) => person.presence === presence);
	const gone = being("gone");
	const shownGone = all ? gone : gone.slice(0, GONE_MAX);
	const parts = [
		{ title: words.hereCount(number(being("here").length)), people: being("here") },
		{ title: words.awayCount(number(being("away").length)), people: being("away") },
		{ title: words.goneCount(number(gone.length)), people: shownGone },
	];
	return (
		<div class="people" {...roving}>
			{parts.map(
				(part) =>
					part.people.length > 0 && (
						<section key={part.title} aria-label={part.title}>
							<h2>{part.title}</h2>
							<ul class="people-list">
								{part.people.map((person) => (
									<PersonRow key={person.uid} person={person} room={room} role={roleOf(person, roles)} />
								))}
							</ul>
						</section>
					),
			)}
			{gone.length > shownGone.length && (
				<Button look="link" onClick={() => setAll(true)}>
					{words.showAll(number(gone.length))}
				</Button>
			)}
		</div>
	);
}

/** The role in the room, if any, or else on the server. */
function roleOf({ uid, role }: Person, roles: PeopleListProps["roles"]): Role {
	const inRoom = roles?.get(uid);
	return inRoom === "owner" || inRoom === "moderator" ? inRoom : role;
}

function PersonRow({ person, room, role }: { person: Person; room: RoomView | null; role: Role }) {
	return (
		<li>
			<button
				type="button"
				class={person.presence === "gone" ? "person gone" : "person"}
				onClick={() => openScreen({ is: "person", uid: person.uid, ...(room && { room: room.id }) })}
			>
				<Avatar person={person} size="small" presence />
				<span class="person-name">
					<bdi class="ellipsis" title={person.nickname}>
						{person.nickname}
					</bdi>
					<small>
						<RoleTag role={role} />
						{isBanned(person) && <span class="tag">{text.value.screens.server.banned}</span>}
						<span class="ellipsis">{usePersonState(person, room)}</span>
					</small>
				</span>
			</button>
		</li>
	);
}

/** The state of a person, in a few words. */
function usePersonState(person: Person, room: RoomView | null): string {
	const chat = useChat();
	const words = text.value.conversation;
	if (person.ignored) return words.ignored;
	if (room?.typing.includes(person.uid)) return words.isTyping;
	if (person.uid === chat.me.value?.uid) return words.you;
	if (person.presence === "gone" && person.seenMs !== null) return words.lastSeen(ago(person.seenMs));
	return person.uid;
}
