/**
 * What the page can see and do: the one interface between the chat and its screens.
 *
 * Screens read signals and call methods; they keep nothing of the chat themselves and never speak to the wire. Methods
 * that ask the server give a promise that rejects with a `Refusal`. What is shown at once and told later (sending, editing,
 * reacting) is in the signals at once, and says how it stands.
 *
 * For the screens' authors: `startChat()` of `create.ts` gives the chat; with `?demo` in development it has a server of its own that is
 * full of people. There, “/fail” is refused, “/break” loses the connection and “/down” the server for twenty seconds.
 */

import type { ReadonlySignal, Signal } from "@preact/signals";
import type {
	Answers,
	Command,
	Event,
	FileInfo,
	Limits,
	MentionPlace,
	Reach,
	Reaction,
	Role,
	Room,
	RoomId,
	RoomKind,
	Seq,
	ServerInfo,
	Uid,
} from "../wire/words";

/** A request that was not carried out. `code` is the server's, or `offline`, `unreachable`, `cancelled`. */
export class Refusal extends Error {
	override name = "Refusal";
	constructor(
		readonly code: string,
		/** One plain sentence for a person. */
		message: string,
		/** Seconds after which the same may be tried again, where waiting helps. */
		readonly retrySeconds: number | null = null,
	) {
		super(message);
	}
}

/** How a session ended. */
export interface Ended {
	code: string;
	text: string;
	/** What the moderator gave as the reason, and until when it holds, where told (UTC ms). */
	reason?: string | undefined;
	untilMs?: number | undefined;
}

/** How things stand with the server. */
export type LinkState =
	/** Nobody is joined: the join screen. `ended` says why, when a session has ended for good (kicked, banned, signed out, …). */
	| { is: "out"; ended: Ended | null }
	| { is: "joining" }
	| { is: "joined" }
	/** The connection is lost and will be tried again at `retryAt` (ms since 1970), or is being tried now (null). */
	| { is: "waiting"; retryAt: number | null; reason: "offline" | "unreachable" | "closed"; text: string };

export interface Me {
	uid: Uid;
	nickname: string;
	/** On the server. */
	role: Role;
	/** Whether the account has a password. */
	registered: boolean;
	device: number | null;
}

/** An account that this browser has used here: its token is kept, so it can come back without a password. */
export interface KnownAccount {
	uid: Uid;
	nickname: string;
}

export interface Person {
	uid: Uid;
	nickname: string;
	presence: "here" | "away" | "gone";
	/** On the server, where known; else a member. */
	role: Role;
	ignored: boolean;
	/** When they were here last, where known (UTC ms). */
	seenMs: number | null;
}

/** Somebody who may be meant in a room. */
export interface Candidate {
	person: Person;
	/** Others hear nothing of it. */
	isInRoom: boolean;
}

/** A room in the list. */
export interface RoomView {
	/** The wire's room; its `SEQ`, `READ`, `UNREAD`, `MENTIONS` and `LAST` are kept up to date. */
	room: Room;
	id: RoomId;
	kind: RoomKind;
	reach: Reach;
	/** What it is called: "Everyone"'s and empty titles are the screens' words; for direct and group rooms the nicknames of the others. */
	title: string;
	/** The others in a direct or group room. */
	others: Uid[];
	role: Role;
	unread: number;
	/** Mentions of me, and all unread messages of a direct room. */
	mentions: number;
	/** Who is typing there now, not me, not ignored. */
	typing: Uid[];
	/** Until when I am muted there (UTC ms); 0: not, Infinity: until it is lifted. */
	mutedUntil: number;
	/** What was written there and not sent, as it was when one left the room; null: nothing. */
	draft: string | null;
}

export type Delivery =
	/** On the server's disk. */
	| { is: "stored" }
	/** Handed to the server, its answer is to come. */
	| { is: "sending" }
	/** Not connected: it is kept in this browser and goes out by itself. */
	| { is: "kept" }
	| { is: "failed"; text: string };

export interface MessageView {
	/** Stays the same from writing to stored. */
	key: string;
	room: RoomId;
	/** Null while it is not stored. */
	seq: Seq | null;
	ts: number;
	reach: Reach;
	from: Uid;
	/** The sender's nickname now if they are known, else then. */
	nickname: string;
	text: string;
	replyTo: Seq | null;
	/** It is for me: by name, or by @room. */
	mentionsMe: boolean;
	/** Who is meant where in it. Messages of older servers say of nobody where. */
	mentions: MentionPlace[];
	edited: boolean;
	deleted: boolean;
	pinned: boolean;
	reactions: Reaction[];
	files: FileInfo[];
	/** Those of its files that are still to be uploaded. */
	waiting: readonly File[];
	own: boolean;
	ignored: boolean;
	delivery: Delivery;
	/** An edit or deletion of it that the server has not confirmed yet, or has refused. */
	change: Delivery | null;
}

/** A line of the conversation. Keys are unique and stay the same. */
export type Row =
	| { is: "day"; key: string; ts: number }
	| { is: "new"; key: string }
	/** `head`: it begins a group of one sender, and shows who and when. */
	| { is: "message"; key: string; message: MessageView; head: boolean }
	| { is: "notice"; key: string; event: Event };

export type Meant = Pick<MentionPlace, "UID" | "ROOM">;

/** Whom names in a text mean, each as it stands there, with its `@`. */
export type Names = Readonly<Record<string, readonly Meant[]>>;

export interface Writing {
	text: string;
	/** Names that were chosen from the list, and those of the message being edited. */
	names: Names;
}

/** A change of a message that was sent. */
export interface Edit extends Writing {
	seq: Seq;
}

/** What is written and not sent yet. */
export interface Draft extends Writing {
	replyTo: Seq | null;
	/** It lies above what else is written, which comes back after it. */
	edit: Edit | null;
}

/** A file of a message: on the server, or still to be uploaded. */
export type SentFile = FileInfo | File;

export const isUpload = (file: SentFile): file is File => file instanceof File;
export const isStored = (file: SentFile): file is FileInfo => !isUpload(file);

export interface Sent {
	replyTo?: Seq | null;
	files?: readonly SentFile[];
	/** Whom it means; null: the names in the text say. */
	mentions?: MentionPlace[] | null;
}

/** What was to be sent. */
export interface Discarded {
	text: string;
	replyTo: Seq | null;
	files: readonly SentFile[];
	mentions: readonly MentionPlace[];
}

/** One room, as it is read and written. Got by `chat.open`; the same object for the same room. */
export interface Conversation {
	/** The room's id; `to:uid,uid` for people with whom there is no room yet: becomes the real one with the first message. */
	readonly id: ReadonlySignal<RoomId>;
	/** Null for a room that is not listed and not read yet. */
	readonly room: ReadonlySignal<RoomView | null>;
	/** Whom it is with, where it was begun with people. */
	readonly people: readonly Uid[] | null;
	/** One stretch of the log without holes, oldest first; what is being sent at its end, when the end is the newest. Kept up to date while something is subscribed to it. */
	readonly rows: ReadonlySignal<readonly Row[]>;
	readonly hasOlder: ReadonlySignal<boolean>;
	readonly hasNewer: ReadonlySignal<boolean>;
	/** Which end is being read now; `around`: a jump. */
	readonly loading: ReadonlySignal<"older" | "newer" | "around" | null>;
	/** Why the last reading failed, for a person; null once it works. */
	readonly trouble: ReadonlySignal<string | null>;
	readonly draft: Signal<Draft>;
	/** Up to where I have read it; Infinity for a room that I am not in. */
	readonly readTo: ReadonlySignal<Seq>;
	/** “New” stands behind this SEQ until the room is opened again; null: nowhere. */
	readonly newAfter: ReadonlySignal<Seq | null>;
	/** How far each other member has read, in direct and small rooms. */
	readonly seenBy: ReadonlySignal<ReadonlyMap<Uid, Seq>>;
	/** Counts up whenever other messages may be pinned than before, or they say something else. */
	readonly pinChanges: ReadonlySignal<number>;
	/** Read on at an end, unless that is under way or there is nothing. Far rows of the other end may be let go. */
	loadOlder(): Promise<void>;
	loadNewer(): Promise<void>;
	/** Have the stretch around a message, or from a time on, in `rows`; gives the key of the row to go to. */
	jumpTo(seq: Seq): Promise<string>;
	jumpToDate(ms: number): Promise<string>;
	jumpToNewest(): Promise<void>;
	jumpToNew(): Promise<string>;
	/** A message by its SEQ, from what is loaded or (then later) from the server: for quotes. Null: gone. */
	message(seq: Seq): ReadonlySignal<MessageView | null | "loading">;
	send(text: string, options?: Sent): void;
	/** Try a failed message again, or take a failed or kept one back: it is given to be written anew. */
	retry(key: string): void;
	discard(key: string): Discarded | null;
	/** `mentions` as in `Sent`. */
	edit(edit: Edit, mentions?: MentionPlace[] | null): Promise<void>;
	remove(seq: Seq): Promise<void>;
	react(seq: Seq, emoji: string): Promise<void>;
	unreact(seq: Seq, emoji: string): Promise<void>;
	setPinned(seq: Seq, pinned: boolean): Promise<void>;
	/** Somebody looks, and has seen everything up to there: it is read (told to the server at most once a second). Null: nobody looks. */
	seen(seq: Seq | null): void;
	/** Make a message and all after it unread again; what is looked at stays unread until the room is opened again. */
	markUnread(seq: Seq): Promise<void>;
	/** A key was pressed in the composer (told at most every TYPING_SECONDS). */
	typing(): void;
}

export type UploadState =
	/** `progress`: from 0 to 1. */
	| { is: "under way"; progress: number }
	/** It goes on by itself. */
	| { is: "waiting"; text: string }
	| { is: "done"; info: FileInfo }
	| { is: "failed"; text: string };

export interface Heard {
	is: "new" | "edited" | "deleted";
	/** Of a change: as it is now. An edit mentions me here if it is the edit that does. */
	message: MessageView;
	room: RoomView;
	/** The SEQ of what happened: who has read up to there knows of it. */
	at: Seq;
}

/** What came in a room while there was no connection: the unread messages, and the mentions (in a direct room, all messages). */
export interface Missed {
	room: RoomView;
	unread: number;
	mentions: number;
}

export interface Upload {
	readonly state: ReadonlySignal<UploadState>;
	/** Rejects with a `Refusal`. */
	readonly done: Promise<FileInfo>;
	/** Try again what failed. */
	again(): void;
	cancel(): void;
}

export type Credentials =
	/** A name is enough: the UID and its token are made up and remembered in this browser. */
	| { by: "guest"; nickname: string }
	| { by: "known"; uid: Uid; nickname?: string }
	/** `uid`: the account's nickname will do. No nickname: the account keeps its own. */
	| { by: "password"; uid: Uid; nickname?: string; password: string }
	| { by: "register"; uid: Uid; nickname: string; password: string; code?: string }
	/** The account is this browser's at another address, which has made a code for it. */
	| { by: "handover"; uid: Uid; nickname: string; code: string }
	/** An account of this browser without a password gets one: the server has begun to ask for it. */
	| { by: "keep"; uid: Uid; nickname: string; password: string };

export interface Chat {
	readonly link: ReadonlySignal<LinkState>;
	/** Null until the server has answered for the first time. */
	readonly server: ReadonlySignal<ServerInfo | null>;
	readonly limits: ReadonlySignal<Limits>;
	/** From when what is shown is, while the server is not here (UTC ms); null: from now. */
	readonly asOf: ReadonlySignal<number | null>;
	readonly me: ReadonlySignal<Me | null>;
	readonly accounts: ReadonlySignal<readonly KnownAccount[]>;
	/** The server runs another version of this page: reload when it suits. */
	readonly outdated: ReadonlySignal<boolean>;
	/** What of the server does not work, in its own words, for its owner. */
	readonly notice: ReadonlySignal<string | null>;
	/** Own rooms: the lobby first, then by activity. */
	readonly rooms: ReadonlySignal<readonly RoomView[]>;
	/** A room, also one that I am not in, as soon as it is known. */
	room(id: RoomId): RoomView | null;
	/** Everyone known, here first, then by name. */
	readonly people: ReadonlySignal<readonly Person[]>;
	person(uid: Uid): Person;
	/** Whether somebody else goes by the same name: then the user id tells them apart. */
	hasNamesake(uid: Uid): boolean;
	/**
	 * The people whose names look like a completion of what is written, best first, those in the room before all others. In a named room,
	 * they come once its members were read, and the others if all were.
	 */
	complete(prefix: string, room: RoomId): Candidate[];
	/** Find out who is in a named room, for `complete`. */
	readMembers(room: RoomId): void;
	/** All unread mentions and direct messages, for the title's badge. */
	readonly mentions: ReadonlySignal<number>;
	readonly unread: ReadonlySignal<number>;

	/** Ask the server who it is (GET /server). */
	greet(): Promise<void>;
	join(credentials: Credentials): Promise<void>;
	/** Join again as who was here last; without the server one is in what this browser keeps, and the server's word is awaited. */
	comeBack(uid: Uid): Promise<void>;
	/** Leave; this browser can come back as the same account until `forget`. */
	leave(): Promise<void>;
	forget(uid: Uid): void;
	retryNow(): void;
	rename(nickname: string): Promise<void>;
	setAway(away: boolean): void;

	/** Ask anything of docs/PROTOCOL.md: `ask("MEMBERS", { ROOM: room })`. */
	ask<C extends Command>(command: C, fields?: Record<string, unknown>): Promise<Answers[C]>;
	/** Read a room, or write to the people of a `to:` id; its newest page is asked for unless it is there. */
	open(room: RoomId): Conversation;
	/** Write to these people: their direct or group room, which need not be there yet; none: the lobby. */
	to(uids: readonly Uid[]): Conversation;
	/** The upload of a file, which is begun unless it was: the same one for the same file. */
	upload(file: File): Upload;
	/** How far the upload of a file is, from 0 to 1; null: it is not under way. */
	progress(file: File): number | null;
	/** Where a file of a message is, and its small picture: for `<img>`, `<video>` and downloads. */
	fileUrl(file: FileInfo): string;
	thumbnailUrl(file: FileInfo): string;
	/** Everything that I have written, wherever I may read it still, as a JSON file. `progress` is told how many messages there are so far. */
	exportOwn(options?: { progress?: (count: number) => void; signal?: AbortSignal }): Promise<Blob>;
	/** A message of somebody else came, or was changed, live: for notifications. Gives what stops it. */
	onMessage(heard: (heard: Heard) => void): () => void;
	/** What came while there was no connection, as it is known after JOIN. Gives what stops it. */
	onMissed(heard: (missed: readonly Missed[]) => void): () => void;
}
