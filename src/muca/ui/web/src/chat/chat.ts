/**
 * The interface between the chat and its screens.
 *
 * Screens read signals and call methods. They store nothing of the chat themselves and never use `wire/`. Methods that send
 * requests return a promise that rejects with a `Refusal`. Optimistic changes (sending, editing, reacting) are in the signals
 * immediately, with their state.
 *
 * `createChat()` in `create.ts` creates the chat. For development: with `?demo` it uses a simulated server with many people, in
 * `demo/`. There, “/fail” is refused, “/break” loses the connection and “/down” the server for twenty seconds.
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
		/** One plain sentence for the user. */
		message: string,
		/** Seconds after which a retry may succeed, if waiting helps. */
		readonly retrySeconds: number | null = null,
	) {
		super(message);
	}
}

/** How a session ended. */
export interface Ended {
	code: string;
	text: string;
	/** The moderator's reason, and the end of the sanction (UTC ms), if known. */
	reason?: string | undefined;
	untilMs?: number | undefined;
}

/** The state of the connection. */
export type LinkState =
	/** Not joined: show the join screen. `ended`: why the last session has ended permanently (kicked, banned, signed out, …). */
	| { is: "out"; ended: Ended | null }
	| { is: "joining" }
	| { is: "joined" }
	/** The connection is lost. The next attempt is at `retryAt` (ms since 1970), or in progress (null). */
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

/** An account that this browser has used. Its token is stored, so no password is needed. */
export interface KnownAccount {
	uid: Uid;
	nickname: string;
}

export interface Person {
	uid: Uid;
	nickname: string;
	presence: "here" | "away" | "gone";
	/** The role on the server, if known; else member. */
	role: Role;
	ignored: boolean;
	/** When they were last online, if known (UTC ms). */
	seenMs: number | null;
	/** The end of their ban from the server, if known (UTC ms); 0: not banned. */
	bannedUntil: number;
}

/** A person who can be mentioned in a room. */
export interface Candidate {
	person: Person;
	/** If false, the person is not notified. */
	isInRoom: boolean;
}

/** A room in the list. */
export interface RoomView {
	/** The room as in the protocol; its `SEQ`, `READ`, `UNREAD`, `MENTIONS` and `LAST` are kept up to date. */
	room: Room;
	id: RoomId;
	kind: RoomKind;
	reach: Reach;
	/** The title; for direct and group rooms the nicknames of the others. The screens translate the lobby's and empty titles. */
	title: string;
	/** The others in a direct or group room. */
	others: Uid[];
	role: Role;
	unread: number;
	/** Mentions of the user; in a direct room, all unread messages. */
	mentions: number;
	/** Who is typing there, except the user and ignored people. */
	typing: Uid[];
	/** The end of the user's mute there (UTC ms); 0: not muted; Infinity: until it is lifted. */
	mutedUntil: number;
	/** The unsent draft, as it was when the user left the room; null: none. */
	draft: string | null;
}

export type Delivery =
	/** On the server's disk. */
	| { is: "stored" }
	/** Sent, but not answered yet. */
	| { is: "sending" }
	/** Not connected: it is stored in this browser and will be sent automatically. */
	| { is: "kept" }
	| { is: "failed"; text: string };

export interface MessageView {
	/** Does not change when the message is stored. */
	key: string;
	room: RoomId;
	/** Null until it is stored. */
	seq: Seq | null;
	ts: number;
	reach: Reach;
	from: Uid;
	/** The sender's current nickname, if known, else the one at that time. */
	nickname: string;
	text: string;
	replyTo: Seq | null;
	/** It mentions the user, by name or by @room. */
	mentionsMe: boolean;
	/** The mentions and their positions. Messages from older servers have no positions. */
	mentions: MentionPlace[];
	edited: boolean;
	deleted: boolean;
	pinned: boolean;
	reactions: Reaction[];
	files: FileInfo[];
	/** Its files that must still be uploaded. */
	waiting: readonly File[];
	own: boolean;
	ignored: boolean;
	delivery: Delivery;
	/** An edit or deletion that the server has not confirmed yet, or has refused. */
	change: Delivery | null;
}

/** A row of the conversation. Keys are unique and stable. */
export type Row =
	| { is: "day"; key: string; ts: number }
	| { is: "new"; key: string }
	/** `head`: it begins a group of one sender, and shows the name and time. */
	| { is: "message"; key: string; message: MessageView; head: boolean }
	| { is: "notice"; key: string; event: Event };

export type Meant = Pick<MentionPlace, "UID" | "ROOM">;

/** The people whom names in a text refer to. Names include the `@`. */
export type Names = Readonly<Record<string, readonly Meant[]>>;

export interface Writing {
	text: string;
	/** Names chosen from the list, and those of the message being edited. */
	names: Names;
}

/** An edit of a sent message. */
export interface Edit extends Writing {
	seq: Seq;
}

/** A text that is not sent yet. */
export interface Draft extends Writing {
	replyTo: Seq | null;
	/** It replaces the draft in the message box, which comes back afterwards. */
	edit: Edit | null;
}

/** A file of a message: on the server, or not uploaded yet. */
export type SentFile = FileInfo | File;

export const isUpload = (file: SentFile): file is File => file instanceof File;
export const isStored = (file: SentFile): file is FileInfo => !isUpload(file);

export interface Sent {
	replyTo?: Seq | null;
	files?: readonly SentFile[];
	/** The mentions; null: the server looks for names in the text. */
	mentions?: MentionPlace[] | null;
}

/** A message that was not sent. */
export interface Discarded {
	text: string;
	replyTo: Seq | null;
	files: readonly SentFile[];
	mentions: readonly MentionPlace[];
}

/** One room to read and write in, from `chat.open`; the same object for the same room while it is in use. */
export interface Conversation {
	/** The room's id, or `to:uid,uid` for people without a common room; replaced by the room's id with the first message. */
	readonly id: ReadonlySignal<RoomId>;
	/** Null for a room that is neither listed nor loaded yet. */
	readonly room: ReadonlySignal<RoomView | null>;
	/** The people, if it was started with people. */
	readonly people: readonly Uid[] | null;
	/** A contiguous section of the log, oldest first, followed by unsent messages if it reaches the newest. Updated while somebody is subscribed. */
	readonly rows: ReadonlySignal<readonly Row[]>;
	readonly hasOlder: ReadonlySignal<boolean>;
	readonly hasNewer: ReadonlySignal<boolean>;
	/** The end that is being loaded; `around`: a jump. */
	readonly loading: ReadonlySignal<"older" | "newer" | "around" | null>;
	/** Why the last load failed, for the user; null after a success. */
	readonly trouble: ReadonlySignal<string | null>;
	readonly draft: Signal<Draft>;
	/** The user's read marker; Infinity for a room that the user is not in. */
	readonly readTo: ReadonlySignal<Seq>;
	/** “New” is shown after this SEQ until the room is opened again; null: nowhere. */
	readonly newAfter: ReadonlySignal<Seq | null>;
	/** The read markers of the other members, in direct and small rooms. */
	readonly seenBy: ReadonlySignal<ReadonlyMap<Uid, Seq>>;
	/** Incremented whenever pinned messages may have changed. */
	readonly pinChanges: ReadonlySignal<number>;
	/** Load more at one end, unless that is in progress or there is nothing. Distant rows at the other end may be dropped. */
	loadOlder(): Promise<void>;
	loadNewer(): Promise<void>;
	/** Load the section around a message, or from a time on, into `rows`; resolves to the key of the target row. */
	jumpTo(seq: Seq): Promise<string>;
	jumpToDate(ms: number): Promise<string>;
	jumpToNewest(): Promise<void>;
	jumpToNew(): Promise<string>;
	/** A message by its SEQ, for quotes, loaded from the server if necessary. Null: deleted. */
	message(seq: Seq): ReadonlySignal<MessageView | null | "loading">;
	send(text: string, options?: Sent): void;
	/** Retry a failed message, or discard a failed or unsent one, which is returned for the message box. */
	retry(key: string): void;
	discard(key: string): Discarded | null;
	/** `mentions` as in `Sent`. */
	edit(edit: Edit, mentions?: MentionPlace[] | null): Promise<void>;
	remove(seq: Seq): Promise<void>;
	react(seq: Seq, emoji: string): Promise<void>;
	unreact(seq: Seq, emoji: string): Promise<void>;
	setPinned(seq: Seq, pinned: boolean): Promise<void>;
	/** The user has seen everything up to this SEQ, so it is read (sent to the server at most once a second). Null: nobody is looking. */
	seen(seq: Seq | null): void;
	/** Mark a message and everything after it as unread, until the room is opened again. */
	markUnread(seq: Seq): Promise<void>;
	/** A key was pressed in the composer (sent at most every TYPING_SECONDS). */
	typing(): void;
}

export type UploadState =
	/** `progress`: from 0 to 1. */
	| { is: "under way"; progress: number }
	/** It continues automatically. */
	| { is: "waiting"; text: string }
	| { is: "done"; info: FileInfo }
	| { is: "failed"; text: string };

export interface Heard {
	is: "new" | "edited" | "deleted";
	/** After a change: the current message. For an edit, `mentionsMe` is true only if the edit has added the mention. */
	message: MessageView;
	room: RoomView;
	/** The SEQ of the event: it is read once the marker has reached it. */
	at: Seq;
}

/** What arrived in a room while disconnected: the unread messages, and the mentions (in a direct room, all messages). */
export interface Missed {
	room: RoomView;
	unread: number;
	mentions: number;
}

export interface Upload {
	readonly state: ReadonlySignal<UploadState>;
	/** Rejects with a `Refusal`. */
	readonly done: Promise<FileInfo>;
	/** Retry a failed upload. */
	again(): void;
	cancel(): void;
}

export type Credentials =
	/** Only a name: the UID and its token are generated and stored in this browser. */
	| { by: "guest"; nickname: string }
	| { by: "known"; uid: Uid; nickname?: string }
	/** `uid` may also be the account's nickname. Without a nickname, the account keeps its own. */
	| { by: "password"; uid: Uid; nickname?: string; password: string }
	| { by: "register"; uid: Uid; nickname: string; password: string; code?: string }
	/** This browser's account at another address, which has created a code for it. */
	| { by: "handover"; uid: Uid; nickname: string; code: string }
	/** Set the first password of this browser's account, because the server now requires one. */
	| { by: "keep"; uid: Uid; nickname: string; password: string };

export interface Chat {
	readonly link: ReadonlySignal<LinkState>;
	/** Null until the server has answered once. */
	readonly server: ReadonlySignal<ServerInfo | null>;
	readonly limits: ReadonlySignal<Limits>;
	/** The age of the shown copy while the server is away (UTC ms); null: up to date. */
	readonly asOf: ReadonlySignal<number | null>;
	readonly me: ReadonlySignal<Me | null>;
	readonly accounts: ReadonlySignal<readonly KnownAccount[]>;
	/** The server has another version of this page, so it should be reloaded. */
	readonly outdated: ReadonlySignal<boolean>;
	/** The server's message to its owner about a failure. */
	readonly notice: ReadonlySignal<string | null>;
	/** The user's rooms: the lobby first, then by activity. */
	readonly rooms: ReadonlySignal<readonly RoomView[]>;
	/** A room, even one that the user is not in, once it is known. */
	room(id: RoomId): RoomView | null;
	/** Everyone known, first those who are online, then by name. */
	readonly people: ReadonlySignal<readonly Person[]>;
	person(uid: Uid): Person;
	/** Whether somebody else has the same name, so the user id must be shown. */
	hasNamesake(uid: Uid): boolean;
	/**
	 * The people whose names match a prefix, best first, members of the room before all others. In a named room, members are
	 * included once they are loaded, and others once all members are loaded.
	 */
	complete(prefix: string, room: RoomId): Candidate[];
	/** Load the members of a named room, for `complete`. */
	readMembers(room: RoomId): void;
	/** The number of unread mentions and direct messages, for the badge in the title. */
	readonly mentions: ReadonlySignal<number>;
	readonly unread: ReadonlySignal<number>;

	/** Get information about the server (GET /server). */
	greet(): Promise<void>;
	join(credentials: Credentials): Promise<void>;
	/** Join again as the last user. Without the server, show the stored copy until the server answers. */
	comeBack(uid: Uid): Promise<void>;
	/** Leave. This browser can join the same account again until `forget`. */
	leave(): Promise<void>;
	forget(uid: Uid): void;
	retryNow(): void;
	rename(nickname: string): Promise<void>;
	setAway(away: boolean): void;

	/** Send any request of docs/PROTOCOL.md: `ask("MEMBERS", { ROOM: room })`. */
	ask<C extends Command>(command: C, fields?: Record<string, unknown>): Promise<Answers[C]>;
	/** Open a room, or a `to:` id of people. The newest page is requested unless it is loaded. */
	open(room: RoomId): Conversation;
	/** Open the direct or group room of these people, which need not exist yet; nobody: the lobby. */
	to(uids: readonly Uid[]): Conversation;
	/** The upload of a file, which is started if necessary. Always the same one for the same file. */
	upload(file: File): Upload;
	/** The progress of a file's upload, from 0 to 1; null: not in progress. */
	progress(file: File): number | null;
	/** The URLs of a file and its thumbnail, for `<img>`, `<video>` and downloads. */
	fileUrl(file: FileInfo): string;
	thumbnailUrl(file: FileInfo): string;
	/** Everything that the user has written and can still read, as a JSON file. `progress` gets the number of messages so far. */
	exportOwn(options?: { progress?: (count: number) => void; signal?: AbortSignal }): Promise<Blob>;
	/** Called when a message from somebody else arrives or changes, for notifications. Returns a function to unsubscribe. */
	onMessage(heard: (heard: Heard) => void): () => void;
	/** Called after JOIN with what arrived while disconnected. Returns a function to unsubscribe. */
	onMissed(heard: (missed: readonly Missed[]) => void): () => void;
}
