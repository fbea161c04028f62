/** The data types of the protocol (v2), see docs/PROTOCOL.md. Fields that are false, empty or 0 are omitted. */

export type RoomId = string;
export type Uid = string;
/** The position of an event in its room: 1, 2, 3, … */
export type Seq = number;
export type Role = "owner" | "moderator" | "member" | "guest";
export type RoomKind = "lobby" | "direct" | "group" | "named";
export type Reach = "ALL" | "GROUP" | "PRIVATE" | "ROOM";
export type Policy = "open" | "registered" | "invite";

export interface Peer {
	UID: Uid;
	UN: string;
}

/** Information about a server, in part available before JOIN (GET /server). */
export interface ServerInfo {
	ID: string;
	NAME: string;
	VERSION: string;
	/** The history that the SEQs belong to. It changes after the database was restored, copied or moved. */
	EPOCH?: string;
	/** The previous epoch; up to `EPOCH_SEQ` of each room both are the same. */
	FORMER_EPOCH?: string;
	POLICY?: Policy;
	/** `OWN`: the server made the certificate itself, and browsers warn about it. */
	TLS?: { PORT: number; FINGERPRINT: string; OWN?: boolean };
	/** Whether passwords and codes are accepted on this connection. */
	SECRETS?: boolean;
	/** Addresses of the page for others; only on the server's own machine. */
	URLS?: string[];
}

export interface Limits {
	FRAME_BYTES_MAX: number;
	TEXT_CHARS_MAX: number;
	NICKNAME_CHARS_MAX: number;
	UID_CHARS_MAX: number;
	REQUEST_ID_CHARS_MAX: number;
	RECIPIENTS_MAX: number;
	HISTORY_EVENTS_MAX: number;
	HITS_MAX: number;
	QUERY_CHARS_MAX: number;
	TITLE_CHARS_MAX: number;
	TOPIC_CHARS_MAX: number;
	REASON_CHARS_MAX: number;
	EMOJI_CHARS_MAX: number;
	PASSWORD_CHARS_MIN: number;
	PASSWORD_CHARS_MAX: number;
	TYPING_SECONDS: number;
	PING_SECONDS: number;
	FILE_BYTES_MAX: number;
	FILES_MAX: number;
	FILE_NAME_CHARS_MAX: number;
}

export interface Room {
	ROOM: RoomId;
	KIND: RoomKind;
	SEQ?: Seq;
	MEMBERS?: Peer[];
	TITLE?: string;
	TOPIC?: string;
	PRIVATE?: boolean;
	/** Absent: true. */
	ENTERED?: boolean;
	READ_ONLY?: boolean;
	SLOW_SECONDS?: number;
	ARCHIVED?: boolean;
	KEEP_DAYS?: number;
	KEEP_EVENTS?: number;
	EPOCH_SEQ?: Seq;
	/** Absent: member. */
	ROLE?: Role;
	READ?: Seq;
	UNREAD?: number;
	MENTIONS?: number;
	/** The newest message of a conversation. */
	LAST?: Last;
}

/** The beginning of a message; for one without text, the number of its files and the first one. */
export interface Last {
	SEQ: Seq;
	TS: number;
	FROM: Uid;
	MSG?: string;
	FILES?: number;
	NAME?: string;
	TYPE?: string;
}

export interface Joined {
	V: 2;
	/** The user's own UID, if JOIN named the account differently. */
	UID?: Uid;
	SESSION: string;
	SERVER: ServerInfo;
	LIMITS: Limits;
	FEATURES: string[];
	ROLE: Role;
	ROOMS: Room[];
	MORE_ROOMS?: boolean;
	/**
	 * On a large server only the first ones, and the account. PEERS_COUNT is the number of all; PEERS_NEXT is the AFTER of PEERS,
	 * which lists the others.
	 */
	PEERS: Peer[];
	PEERS_COUNT?: number;
	PEERS_NEXT?: number;
	AWAY?: Uid[];
	IGNORES?: Uid[];
	REGISTERED?: boolean;
	TOKEN?: string;
	DEVICE?: number;
}

export interface Reaction {
	EMOJI: string;
	COUNT: number;
	/** The first 20 people. */
	UIDS: Uid[];
}

/** A file of a message, at files/FILE/NAME, with a thumbnail at files/FILE/thumbnail if THUMBNAIL. */
export interface FileInfo {
	FILE: string;
	NAME: string;
	/** The media type. */
	TYPE: string;
	BYTES: number;
	/** For an image, in pixels, after rotation. */
	WIDTH?: number;
	HEIGHT?: number;
	THUMBNAIL?: boolean;
}

/** A mention of a person or of everyone, with its position in code points of the text. */
export interface MentionPlace {
	UID?: Uid;
	ROOM?: true;
	BEGIN: number;
	LENGTH: number;
}

export interface Message {
	CMD: "MSG";
	ROOM: RoomId;
	SEQ: Seq;
	TS: number;
	TYPE: Reach;
	FROM: Uid;
	UN: string;
	MSG: string;
	REPLY_TO?: Seq;
	MENTIONS?: Uid[];
	MENTIONS_ROOM?: boolean;
	MENTION_PLACES?: MentionPlace[];
	EDITED?: number;
	DELETED?: boolean;
	PINNED?: boolean;
	REACTIONS?: Reaction[];
	FILES?: FileInfo[];
	/** The ID of the SEND, only in the user's own messages. */
	ID?: string;
}

export interface RoomSettings {
	TITLE?: string;
	TOPIC?: string;
	PRIVATE?: boolean;
	READ_ONLY?: boolean;
	SLOW_SECONDS?: number;
	ARCHIVED?: boolean;
	KEEP_DAYS?: number;
	KEEP_EVENTS?: number;
}

export interface Event {
	CMD: "EVENT";
	/** Kinds may be added: skip the unknown. */
	KIND: string;
	ROOM: RoomId;
	SEQ: Seq;
	TS: number;
	FROM: Uid;
	UN: string;
	OF?: Seq;
	UID?: Uid;
	MSG?: string;
	MENTIONS?: Uid[];
	MENTIONS_ROOM?: boolean;
	MENTION_PLACES?: MentionPlace[];
	EMOJI?: string;
	ROLE?: Role;
	UNTIL?: number;
	SETTINGS?: RoomSettings;
	/** The writer of the deleted message, if it was not `FROM`. */
	AUTHOR?: Uid;
	COUNTS?: MentionCount[];
}

/** The change of the count of mentions of a person, or of everyone, if `SEQ` is after the read marker. */
interface MentionCount {
	UID?: Uid;
	ROOM?: true;
	SEQ: Seq;
	BY: number;
}

export type LogEntry = Message | Event;

export type PeerPush = { CMD: "PEER"; TYPE: "JOINED" | "LEFT" | "RENAMED" | "AWAY" | "BACK"; UID: Uid; UN: string };
type RoomPush = Room & { CMD: "ROOM" };
export type ReadPush = {
	CMD: "READ";
	ROOM: RoomId;
	UID: Uid;
	SEQ: Seq;
	/** The user's own marker has moved back. */
	BACK?: boolean;
	UNREAD?: number;
	MENTIONS?: number;
};
type TypingPush = { CMD: "TYPING"; ROOM: RoomId; UID: Uid };
type IgnoresPush = { CMD: "IGNORES"; UIDS: Uid[] };
/** For the owner: a failure of the server; without a code, it works again. */
type NoticePush = { CMD: "NOTICE"; CODE?: string; TEXT: string };
export type Bye = { CMD: "BYE"; CODE: string; TEXT: string; RESUME: boolean };
export type Push =
	| LogEntry
	| PeerPush
	| RoomPush
	| ReadPush
	| TypingPush
	| IgnoresPush
	| NoticePush
	| Bye
	| { CMD: "PING" };

export type Okay = { CMD: "ACK"; TYPE: "OKAY"; RE?: string; DATA?: unknown };
export type Fail = {
	CMD: "ACK";
	TYPE: "FAIL";
	RE?: string;
	CODE: string;
	TEXT: string;
	RETRY?: number;
	SERVER?: string;
};

export interface Stored {
	ROOM: RoomId;
	SEQ: Seq;
	TS: number;
}
export interface Page {
	ROOM: RoomId;
	EVENTS: LogEntry[];
	MORE: boolean;
}
export interface Hit {
	MESSAGE: Message;
	/** Start and length, in code points of the text. */
	MARKS: [number, number][];
}
export interface Hits {
	HITS: Hit[];
	NEXT?: number;
}
export interface Member {
	UID: Uid;
	UN: string;
	ROLE: Role;
	SEEN: number;
	READ?: Seq;
	MUTED_UNTIL?: number;
	/** From the server. */
	BANNED_UNTIL?: number;
}
export interface Device {
	DEVICE: number;
	NAME: string;
	CREATED: number;
	USED: number;
	CURRENT?: boolean;
}
export interface Invitation {
	INVITATION: number;
	CREATED: number;
	UID: Uid;
	USES: number;
	UNTIL: number;
}
export interface Sanction {
	SANCTION: "mute" | "ban";
	UID?: Uid;
	ADDRESS?: string;
	UNTIL?: number;
	REASON?: string;
}
interface Version {
	TS: number;
	MSG: string;
}
export interface Report {
	REPORT: number;
	ROOM: RoomId;
	SEQ: Seq;
	UID: Uid;
	TS: number;
	REASON: string;
	/** As it was when it was reported. */
	MESSAGE: Message | null;
	/** All its texts until the report, the first one first. */
	VERSIONS?: Version[];
	/** The message was deleted since. */
	DELETED?: boolean;
}
export interface AuditEntry {
	TS: number;
	ACTOR: Uid;
	ACTION: string;
	UID?: Uid;
	ROOM?: RoomId;
	DETAIL?: string;
}
/** Statistics of the server, for its owners and moderators. */
export interface Numbers {
	PEOPLE: number;
	ACCOUNTS: number;
	REGISTERED: number;
	PEERS: number;
	SESSIONS: number;
	ROOMS: number;
	MESSAGES: number;
	DATABASE_BYTES: number;
	FILES: number;
	FILE_BYTES: number;
	UPTIME_SECONDS: number;
}

/** The DATA of each request's reply; see docs/PROTOCOL.md. */
export interface Answers {
	JOIN: Joined;
	REGISTER: unknown;
	LEAVE: unknown;
	AWAY: unknown;
	SEND: Stored;
	EDIT: Partial<Stored>;
	DELETE: Partial<Stored>;
	PURGE: { DELETED: number; MORE: boolean };
	REACT: Partial<Stored>;
	UNREACT: Partial<Stored>;
	PIN: Partial<Stored>;
	UNPIN: Partial<Stored>;
	READ: unknown;
	TYPING: unknown;
	HISTORY: Page;
	SEARCH: Hits;
	VERSIONS: { VERSIONS: Version[] };
	PINS: { MESSAGES: Message[] };
	CREATE: Room;
	ROOMS: { ROOMS: Room[]; NEXT?: string };
	ENTER: Room;
	EXIT: Partial<Stored>;
	INVITE: Partial<Stored>;
	SET: Partial<Stored>;
	DELETE_ROOM: unknown;
	MEMBERS: { MEMBERS: Member[]; MORE: boolean };
	PEERS: { PEERS: Peer[]; AWAY?: Uid[]; NEXT?: number };
	ROLE: Partial<Stored>;
	KICK: Partial<Stored>;
	MUTE: Partial<Stored>;
	UNMUTE: Partial<Stored>;
	BAN: Partial<Stored>;
	UNBAN: Partial<Stored>;
	BANS: { SANCTIONS: Sanction[] };
	REPORT: unknown;
	REPORTS: { REPORTS: Report[] };
	RESOLVE: unknown;
	AUDIT: { ENTRIES: AuditEntry[]; NEXT?: number };
	IGNORE: unknown;
	UNIGNORE: unknown;
	PASSWORD: unknown;
	DELETE_ACCOUNT: unknown;
	DEVICES: { DEVICES: Device[] };
	REVOKE: unknown;
	HANDOVER: { CODE: string; UNTIL: number };
	INVITATION: { INVITATION: number; CODE: string; UNTIL: number };
	INVITATIONS: { INVITATIONS: Invitation[] };
	WITHDRAW: unknown;
	CLAIM: { ROLE: Role };
	NUMBERS: Numbers;
}
export type Command = keyof Answers;
