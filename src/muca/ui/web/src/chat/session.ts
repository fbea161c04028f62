/** The state of one account on one server, from its first JOIN until it leaves: rooms, people, conversations, outbox. */

import { batch, type Signal, signal } from "@preact/signals";
import { keep, kept } from "../keeping";
import { type Answer, isAnotherEpoch } from "../wire/link";
import type { Line } from "../wire/socket";
import type {
	Answers,
	Command,
	Event,
	Joined,
	Limits,
	LogEntry,
	Page,
	Push,
	Room,
	RoomId,
	ServerInfo,
	Uid,
} from "../wire/words";
import { makeBeat } from "./beat";
import type { Cache, Copy, Overview } from "./cache";
import { Caching, type CachingOutside } from "./caching";
import type { Delivery, Heard, Me, Missed, Person, RoomView } from "./chat";
import type { ConversationOutside, LiveConversation } from "./conversation";
import { Conversations } from "./conversations";
import { Drafts } from "./drafts";
import { Membership, type MembershipOutside } from "./membership";
import { Mutes } from "./mutes";
import { heardIn, missedSince } from "./news";
import { Outbox } from "./outbox";
import { FOR_EVER_MS, People } from "./people";
import { peopleId } from "./people_id";
import { asRefusal, refusal } from "./refusal";
import { RoomLists, type RoomListsOutside } from "./room_lists";
import { RoomViews } from "./room_views";
import { Rooms } from "./rooms";
import { sendKept } from "./sending";
import type { Kept, Shelf } from "./shelf";
import { Typing } from "./typing";
import { Uploads, type UploadsOutside } from "./uploads";
import { Views } from "./views";

/** Number of rooms whose newest messages are stored, and of stored rooms and people. */
const LOGS_KEPT_MAX = 20;
const ROOMS_KEPT_MAX = 500;
const PEOPLE_KEPT_MAX = 1_000;

const LOBBY = "lobby";

export type About = Pick<Overview, "server" | "limits" | "account">;

/** Its parts see only as much of it as their interfaces say. */
export class Session
	implements CachingOutside, ConversationOutside, MembershipOutside, RoomListsOutside, UploadsOutside
{
	readonly roomViews: Signal<readonly RoomView[]> = signal([]);
	readonly peopleList: Signal<readonly Person[]> = signal([]);
	readonly account: Signal<Me>;
	/** The server's message to its owner about a failure. */
	readonly notice: Signal<string | null> = signal(null);
	/** The age of the shown copy (UTC ms); null: up to date. */
	readonly asOf: Signal<number | null> = signal(null);
	readonly server: string;
	readonly cache: Cache;
	readonly people = new People();
	readonly rooms: Rooms;
	readonly drafts: Drafts;
	readonly outbox: Outbox;
	readonly uploads = new Uploads(this);
	readonly conversations = new Conversations(this);
	readonly membership: Membership;
	limits: Limits;
	private readonly typing = new Typing();
	private readonly mutes: Mutes;
	private readonly views: RoomViews;
	private readonly roomLists: RoomLists;
	private readonly caching = new Caching(this);
	/** Incremented when rooms that the user is not in become known. */
	private readonly directory = signal(0);
	private readonly beat = makeBeat(() => this.refresh());
	private typingTimer: ReturnType<typeof setTimeout> | undefined;
	private isAway = false;
	private isOver = false;
	/** What is shown is a stored copy. */
	private isCopy = false;
	private epoch: string | undefined;
	private about: ServerInfo;

	constructor(
		readonly me: Uid,
		{ server, limits, account }: About,
		{ shelf, cache }: { shelf: Shelf; cache: Cache },
		readonly line: Line,
		private readonly listeners: ReadonlySet<(heard: Heard) => void>,
		readonly upload: UploadsOutside["upload"],
	) {
		this.about = server;
		this.server = server.ID;
		this.cache = cache;
		this.limits = limits;
		this.account = signal(account);
		this.rooms = new Rooms(me);
		this.drafts = new Drafts(this.server, me);
		this.mutes = new Mutes(me);
		this.views = new RoomViews(me, this.rooms, this.people, this.typing, this.drafts, this.mutes);
		this.membership = new Membership(me, this.rooms, this.people, this.mutes, this);
		this.roomLists = new RoomLists(this.rooms, this);
		this.outbox = new Outbox(shelf, {
			send: (kept, answered) => this.send(kept, answered),
			stored: (kept, place) => this.conversations.stored(kept, this.placeOf(kept), place),
			changed: (kept) => {
				const conversation = this.conversations.get(this.placeOf(kept));
				if (conversation) this.changed(conversation);
			},
		});
	}

	get isJoined(): boolean {
		return !this.isOver && this.line.status.is === "joined";
	}

	// Events of the connection

	/** A session is up, for the first time or again. Returns what was missed. */
	joined(data: Joined, nickname: string): Missed[] {
		const before = new Map(this.rooms.own.map(({ room }) => [room.ROOM, room]));
		const copied = this.isCopy;
		this.isCopy = false;
		this.asOf.value = null;
		this.about = data.SERVER;
		this.limits = data.LIMITS;
		this.account.value = accountOf(this.me, nickname, data);
		this.typing.clear();
		this.notice.value = null; // the server repeats it after JOIN
		const restored = this.enterEpoch(data.SERVER.EPOCH);
		if (copied) {
			this.people.clear();
			this.mutes.clear();
		}
		this.caching.joined();
		this.rooms.start(data.ROOMS, (data.MORE_ROOMS ?? false) && !copied);
		this.people.start(data.PEERS, data.AWAY ?? [], data.IGNORES ?? []);
		this.met(data.ROOMS);
		if (data.MORE_ROOMS) this.roomLists.readOwn();
		if (this.isAway) this.say({ CMD: "AWAY" });
		this.uploads.joined();
		// Restored rooms are unchanged up to EPOCH_SEQ.
		const sameUpTo = (kept: Kept) => this.rooms.find(this.placeOf(kept))?.EPOCH_SEQ ?? 0;
		void this.outbox.start((kept) => restored && (kept.replyTo ?? 0) > sameUpTo(kept));
		this.conversations.rejoined({ restored, copied });
		this.beat.now();
		this.membership.joined(data.PEERS_NEXT);
		return missedSince(before, this.roomViews.peek());
	}

	/** Show the stored copy, because the server is away. */
	restore({ overview, logs }: Copy): void {
		this.isCopy = true;
		this.conversations.restore(logs);
		this.asOf.value = overview.asOf;
		this.epoch = overview.epoch;
		// Nothing can be loaded beyond the copy.
		this.rooms.restore(
			overview.rooms.map((own) => ({ ...own, room: { ...own.room, SEQ: logs.get(own.room.ROOM)?.last ?? 0 } })),
		);
		this.people.restore(overview.people, overview.ignores);
		void this.outbox.load();
		this.beat.now();
	}

	/** The connection is lost. */
	lost(): void {
		this.asOf.value ??= Date.now();
		this.outbox.stop();
		this.uploads.lost();
		this.people.absent();
		this.typing.clear();
		this.conversations.changeAll();
		this.beat.soon();
	}

	/** The session is over. Let go of everything, and leave only unsent messages and drafts in this browser. */
	end(): void {
		this.isOver = true; // another account may use the connection by the time an upload is done
		this.outbox.stop();
		this.conversations.end();
		this.caching.end();
		this.beat.end();
		clearTimeout(this.typingTimer);
	}

	push(push: Push): void {
		if (push.CMD === "MSG" || push.CMD === "EVENT") this.pushEntry(push);
		else if (push.CMD === "PEER") {
			this.people.push(push, Date.now());
			if (push.TYPE === "LEFT") this.typing.gone(push.UID);
		} else if (push.CMD === "ROOM") this.hearRoom(push);
		else if (push.CMD === "READ") {
			this.rooms.read(push);
			this.conversations.get(push.ROOM)?.read(push);
		} else if (push.CMD === "TYPING") {
			const until = Date.now() + this.limits.TYPING_SECONDS * 1000;
			if (push.UID !== this.me) this.typing.heard(push.ROOM, push.UID, until);
		} else if (push.CMD === "IGNORES") {
			const before = this.people.ignores;
			this.people.ignore(push.UIDS);
			this.rooms.ignore(before, this.people.ignores);
		} else if (push.CMD === "NOTICE") this.notice.value = push.CODE === undefined ? null : push.TEXT;
		this.beat.soon();
	}

	// For the screens

	/** A room, even one that the user is not in; it is looked up if necessary. */
	known(id: RoomId): RoomView | null {
		this.directory.value; // subscribes the caller to changes
		const room = this.view(id, null);
		if (!room) this.lookUp(id);
		return room;
	}

	setAway(away: boolean): void {
		this.isAway = away;
		this.say({ CMD: "AWAY", AWAY: away });
	}

	// For the parts

	async ask<C extends Command>(
		command: C,
		fields: object = {},
		{ lasting = false }: { lasting?: boolean } = {},
	): Promise<Answers[C]> {
		if (this.isOver) throw refusal("offline");
		const answer = await new Promise<Answer>((answered) => {
			this.line.ask({ CMD: command, ...fields }, answered, { lasting });
		});
		if (answer.TYPE === "FAIL") throw asRefusal(answer);
		this.learn(command, answer.DATA, fields);
		return answer.DATA as Answers[C];
	}

	say(fields: { CMD: string } & Record<string, unknown>): void {
		if (!this.isOver) this.line.say(fields);
	}

	get nickname(): string {
		return this.account.peek().nickname;
	}

	view(id: RoomId, before: RoomView | null): RoomView | null {
		return this.views.get(id, Date.now(), before);
	}

	unsent(room: RoomId): readonly Kept[] {
		return this.outbox.messages.filter((kept) => this.placeOf(kept) === room);
	}

	delivery(kept: Kept): Delivery {
		if (kept.failed !== null) return { is: "failed", text: kept.failed };
		return { is: this.isJoined && this.outbox.isSending(kept.id) ? "sending" : "kept" };
	}

	heard({ EVENTS }: Page): void {
		for (const entry of EVENTS) {
			this.people.wrote(entry);
			this.mutes.hear(entry);
		}
		this.beat.soon();
	}

	lookUp(room: RoomId): void {
		void this.roomLists.lookUp(room);
	}

	met(rooms: readonly Room[]): void {
		for (const room of rooms) {
			for (const { UID, UN } of room.MEMBERS ?? []) this.people.name(UID, UN);
			this.conversations.met(room);
		}
	}

	changed(conversation: LiveConversation): void {
		this.conversations.change(conversation);
		this.beat.soon();
	}

	show(conversation: LiveConversation): void {
		this.conversations.change(conversation);
		this.beat.now();
		conversation.showRows();
	}

	listsChanged(): void {
		this.beat.soon();
	}

	/** Whether everything that is shown comes from the server. */
	get isCurrent(): boolean {
		return this.isJoined && this.asOf.peek() === null;
	}

	get storedRooms(): ReadonlySet<RoomId> {
		const rooms = this.roomViews.peek().slice(0, LOGS_KEPT_MAX);
		return new Set(rooms.map(({ id }) => id));
	}

	get overview(): Overview {
		const rooms = this.roomViews.peek().slice(0, ROOMS_KEPT_MAX);
		return {
			asOf: Date.now(),
			epoch: this.epoch,
			server: this.about,
			limits: this.limits,
			account: this.account.peek(),
			rooms: rooms.flatMap(({ id }) => this.rooms.get(id) ?? []),
			people: this.people.list.slice(0, PEOPLE_KEPT_MAX),
			ignores: [...this.people.ignores],
		};
	}

	// Inside

	/** The conversation in which a message is shown: messages to people are in their room once it exists. */
	private placeOf({ to }: Kept): RoomId {
		return "room" in to ? to.room : (this.rooms.among(to.people) ?? peopleId(to.people));
	}

	private send(kept: Kept, answered: (answer: Answer) => void): void {
		const isWanted = () => this.outbox.has(kept.id) && !this.isOver;
		sendKept(kept, { line: this.line, uploads: this.uploads, isWanted }, (answer) => {
			if (answer.TYPE === "FAIL" && answer.CODE === "muted") void this.membership.readMutes(this.placeOf(kept));
			answered(answer);
		});
	}

	/** Whether the server was restored since the last visit, so that stored SEQs are invalid. */
	private enterEpoch(epoch: string | undefined): boolean {
		const key = epochKey(this.server, this.me);
		const isAnother = isAnotherEpoch(this.epoch ?? kept<string | undefined>(key, undefined), epoch);
		if (epoch !== undefined) {
			this.epoch = epoch;
			keep(key, epoch);
		}
		if (!isAnother) return false;
		this.drafts.forgetPlaces();
		this.mutes.clear();
		this.roomLists.forget();
		return true;
	}

	private pushEntry(entry: LogEntry): void {
		this.people.wrote(entry);
		this.mutes.hear(entry);
		this.conversations.get(entry.ROOM)?.push(entry);
		this.rooms.push(entry, this.people.ignores);
		this.typing.hear(entry);
		this.membership.hear(entry);
		if (entry.CMD === "EVENT") this.follow(entry);
		this.tell(entry);
	}

	/** Apply an event about a person on the server. */
	private follow({ ROOM, KIND, UID, ROLE, UNTIL = FOR_EVER_MS }: Event): void {
		if (ROOM !== LOBBY || !UID) return;
		if (KIND === "role" && ROLE) this.people.role(UID, ROLE);
		else if (KIND === "ban" || KIND === "unban") this.people.ban(UID, KIND === "ban" ? UNTIL : 0);
	}

	private tell(entry: LogEntry): void {
		const told = heardIn(entry, this.me);
		const room = told && this.view(entry.ROOM, null);
		if (!room || told.message.FROM === this.me || this.people.ignores.has(told.message.FROM)) return;
		const message = new Views(this.me, this.people).of({ ...told.message, TYPE: room.reach }, null);
		for (const listener of this.listeners) listener({ is: told.is, message, room, at: entry.SEQ });
	}

	private hearRoom(room: Room): void {
		this.rooms.hear(room);
		if (room.ENTERED === false) this.directory.value++;
		this.met([room]);
	}

	/** Update the state from answers to requests. */
	private learn(command: Command, data: unknown, { ROOM = "" }: { ROOM?: RoomId }): void {
		if (command === "ROOMS") for (const room of (data as Answers["ROOMS"]).ROOMS) this.hearRoom(room);
		else if (command === "CREATE" || command === "ENTER") this.hearRoom(data as Room);
		else if (command === "MEMBERS") this.membership.learn(ROOM, (data as Answers["MEMBERS"]).MEMBERS);
		else if (command === "PASSWORD") this.account.value = { ...this.account.peek(), registered: true };
		else if (command === "CLAIM")
			this.account.value = { ...this.account.peek(), role: (data as Answers["CLAIM"]).ROLE };
		else return;
		this.beat.soon();
	}

	private refresh(): void {
		this.caching.soon();
		this.roomLists.readLast();
		const rooms = this.views.list(Date.now());
		const arePeopleOthers = this.peopleList.peek() !== this.people.list;
		batch(() => {
			this.roomViews.value = rooms;
			this.peopleList.value = this.people.list;
			const role = this.rooms.get(LOBBY)?.room.ROLE ?? "member";
			if (role !== this.account.peek().role) this.account.value = { ...this.account.peek(), role };
			this.conversations.show(arePeopleOthers);
		});
		clearTimeout(this.typingTimer);
		const end = this.typing.nextEnd(Date.now());
		if (end !== null) this.typingTimer = setTimeout(() => this.beat.soon(), end - Date.now() + 1);
	}
}

const epochKey = (server: string, uid: Uid): string => `muca epoch ${server} ${uid}`;

export const forgetEpoch = (server: string, uid: Uid): void => keep(epochKey(server, uid), null);

export const accountOf = (uid: Uid, nickname: string, { ROLE, REGISTERED = false, DEVICE }: Joined): Me => ({
	uid,
	nickname,
	role: ROLE,
	registered: REGISTERED,
	device: DEVICE ?? null,
});
