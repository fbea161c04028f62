/** The suggestions for the text before the caret. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Candidate, Chat, Meant, RoomView } from "../../chat/chat";
import { type Language, language, text } from "../../text";
import { useChat } from "../chat";
import { PeopleIcon } from "../parts/icons";
import type { Completion } from "./completion";
import { type Emoji, findEmoji, loadEmoji } from "./emoji";
import { PersonOption } from "./person_option";

export interface Suggestion {
	key: string;
	/** The text to insert. */
	put: string;
	/** The person, if it is a name. */
	means?: Meant;
	/** Whether Enter takes it without being selected. */
	isSure: boolean;
	shown: ComponentChildren;
}

const SHOWN_MAX = 8;

export function useSuggestions(completion: Completion | null, room: RoomView | null): readonly Suggestion[] {
	const chat = useChat();
	const all = useEmoji(completion?.is === "emoji", language.value);
	useMembers(completion?.is === "person", room);
	if (!completion) return [];
	if (completion.is === "emoji") return findEmoji(all, completion.query, SHOWN_MAX).map(emojiSuggestion);
	const people = chat.complete(completion.query, room?.id ?? "").slice(0, SHOWN_MAX);
	const persons = people.map((candidate) => personSuggestion(candidate, chat, room));
	const everyone = room?.kind !== "direct" && "room".startsWith(completion.query.toLocaleLowerCase());
	if (!everyone) return persons;
	const inside = persons.filter(({ isSure }) => isSure).slice(0, SHOWN_MAX - 1);
	return [...inside, wholeRoom(), ...persons.slice(inside.length)].slice(0, SHOWN_MAX);
}

/** Load the members of a room when a name is first needed. */
function useMembers(wanted: boolean, room: RoomView | null): void {
	const chat = useChat();
	const id = room?.id;
	const link = chat.link.value.is;
	useEffect(() => {
		if (wanted && id !== undefined && link === "joined") chat.readMembers(id);
	}, [chat, wanted, id, link]);
}

/** Empty until they are loaded. If that fails, nothing is suggested, and `:short:` stays as it is. */
function useEmoji(wanted: boolean, spoken: Language): readonly Emoji[] {
	const [all, setAll] = useState<readonly Emoji[]>([]);
	useEffect(() => {
		if (wanted) loadEmoji(spoken).then(setAll, console.info);
	}, [wanted, spoken]);
	return all;
}

function emojiSuggestion({ emoji, name, shorts }: Emoji): Suggestion {
	return {
		key: emoji,
		put: emoji,
		isSure: false, // `um :30` may be meant literally
		shown: (
			<>
				<span class="emoji">{emoji}</span>
				<span class="ellipsis">:{shorts[0]}:</span>
				<small class="ellipsis">{name}</small>
			</>
		),
	};
}

/** The nickname, unless several people have it. */
function personSuggestion({ person, isInRoom }: Candidate, chat: Chat, room: RoomView | null): Suggestion {
	const alike = chat.people.value.filter(({ nickname }) => nickname === person.nickname).length;
	return {
		key: person.uid,
		put: `@${alike > 1 ? person.uid : person.nickname}`,
		means: { UID: person.uid },
		isSure: isInRoom,
		shown: <PersonOption person={person} mark={isInRoom ? undefined : outside(room)} />,
	};
}

/** The warning about a person who is not in the room. */
function outside(room: RoomView | null): string {
	const words = text.value.conversation;
	return room?.kind === "named" && !room.room.PRIVATE ? words.notInRoom : words.cannotRead;
}

function wholeRoom(): Suggestion {
	return {
		key: "@room",
		put: "@room",
		means: { ROOM: true },
		isSure: true,
		shown: (
			<>
				<PeopleIcon />
				<span>@room</span>
				<small class="ellipsis">{text.value.conversation.wholeRoom}</small>
			</>
		),
	};
}
