/** The state of one account on one server, from its first JOIN until it leaves: rooms, people, conversations, outbox. */

import { batch, type Signal, signal } from "@preact/signals";
import { keep, kept } from "../keeping";
import { type Answer, isAnotherEpoch } from "../wire/link";
import type { Line } from "../wire/socket";
import type {
	Answers,
	Command,
	Event,
	FileInfo,
	Joined,
	Limits,
	LogEntry,
	Member,
	Message,
	Page,
	Push,
	Reach,
	ReadPush,
	Room,
	RoomId,
	Seq,
	ServerInfo,
	Uid,
} from "../wire/words";
import { makeBeat } from "./beat";
import type { Cache, Copy, LogCopy, Overview } from "./cache";
import {
	type Candidate,
	type Delivery,
	type Draft,
	type Heard,
	isUpload,
	type Me,
	type Missed,
	type Person,
	type Refusal,
	type RoomView,
} from "./chat";
import { LiveConversation } from "./conversation";
import { Drafts, EMPTY_DRAFT, isEmpty } from "./drafts";
import { Members } from "./members";
import { Mutes } from "./mutes";
import { Outbox } from "./outbox";
import { isBanned, People } from "./people";
import { peopleId, peopleOf } from "./people_id";
import { asRefusal, refusal } from "./refusal";
import { RoomViews } from "./room_views";
import { Rooms, reachOf } from "./rooms";
import { Saving } from "./saving";
import type { Kept, Shelf } from "./shelf";
import { Typing } from "./typing";
import { Uploads, type UploadsOutside } from "./uploads";
import { Views } from "./views";

/** Maximum number of logs in memory; the least recently opened one is dropped first. */
const LOGS_MAX = 20;
/** Pages of the server's people to load after JOIN, and of a named room's members when a name is typed. */
const PEOPLE_PAGES_MAX = 5;
const PEOPLE_A_PAGE = 200;
/** Maximum number of stored rooms. */
const ROOMS_KEPT_MAX = 500;
const PEOPLE_KEPT_MAX = 1_000;
/** Pages of the directory to load to find one room. */
const DIRECTORY_PAGES_MAX = 20;

/** Pages of own rooms to load if JOIN does not list all: the 2,000 or so most recently active rooms. */
const OWN_PAGES_MAX = 4;
const OWN_A_PAGE = 500;
/** Pages of people who are online. */
const PEER_PAGES_MAX = 100;
/** Size of a page of own rooms that is requested for their newest messages. */
const LAST_A_PAGE = 50;

const LOBBY = "lobby";
/** The end of a mute or ban without a time limit, in the list of members. */
const FOR_EVER_MS = 2 ** 53;

export class Session {
	readonly roomViews: Signal<readonly RoomView[]> = signal([]);
	readonly peopleList: Signal<readonly Person[]> = signal([]);
	readonly account: Signal<Me>;
	/** The server's message to its owner about a failure. */
	readonly notice: Signal<string | null> = signal(null);
	/** The age of the shown copy (UTC ms); null: up to date. */
	readonly asOf: Signal<number | null> = signal(null);
	readonly server: string;
	readonly people = new People();
	readonly rooms: Rooms;
	readonly outbox: Outbox;
	readonly drafts: Drafts;
	readonly uploads: Uploads;
	limits: Limits;
	private readonly members = new Members();
	private readonly typing = new Typing();
	private readonly mutes: Mutes;
	private readonly conversations = new Map<RoomId, LiveConversation>();
	/** The most recently opened last. */
	private opened: LiveConversation[] = [];
	private readonly dirty = new Set<LiveConversation>();
	private readonly views: RoomViews;
	private readonly lookedUp = new Set<RoomId>();
	private lookingUp: Promise<void> = Promise.resolve();
	/** Incremented when rooms that the user is not in become known. */
	private readonly directory = signal(0);
	private readonly beat = makeBeat(() => this.refresh());
	private typingTimer: ReturnType<typeof setTimeout> | undefined;
	private isAway = false;
	private isOver = false;
	private isAskingForLast = false;
	private epoch: string | undefined;
	private about: ServerInfo;
	private readonly cache: Cache;
	private readonly saving = new Saving(() => this.save());
	/** The stored copy of each log. */
	private readonly saved = new Map<RoomId, LogCopy>();
	/** Rooms whose newest page was requested since JOIN. */
	private readonly ahead = new Set<RoomId>();
	/** The stored logs, until the server has answered. */
	private copies: ReadonlyMap<RoomId, LogCopy> | null = null;

	constructor(
		readonly me: Uid,
		{ server, limits, account }: Pick<Overview, "server" | "limits" | "account">,
		{ shelf, cache }: { shelf: Shelf; cache: Cache },
		readonly line: Line,
		private readonly listeners: ReadonlySet<(heard: Heard) => void>,
		upload: UploadsOutside["upload"],
	) {
		this.about = server;
		this.server = server.ID;
		this.cache = cache;
		const isJoined = () => this.isJoined;
		this.uploads = new Uploads({
			upload,
			get isJoined() {
				return isJoined();
			},
		});
		this.rooms = new Rooms(me);
		this.drafts = new Drafts(this.server, me);
		this.mutes = new Mutes(me);
		this.views = new RoomViews(me, this.rooms, this.people, this.typing, this.drafts, this.mutes);
		this.limits = limits;
		this.account = signal(account);
		this.outbox = new Outbox(shelf, {
			send: (kept, answered) => this.send(kept, answered),
			stored: (kept, place) => this.conversationOf(kept)?.stored(kept, place),
			changed: () => this.changedAll(),
		});
	}

	get isJoined(): boolean {
		return !this.isOver && this.line.status.is === "joined";
	}

	// Events of the connection

	/** A session is up, for the first time or again. Returns what was missed. */
	joined(data: Joined, nickname: string): Missed[] {
		const before = new Map(this.rooms.own.map(({ room }) => [room.ROOM, room]));
		const copied = this.copies !== null;
		this.copies = null;
		this.asOf.value = null;
		this.about = data.SERVER;
		this.limits = data.LIMITS;
		this.account.value = accountOf(this.me, nickname, data);
		this.typing.clear();
		this.members.clear();
		this.notice.value = null; // the server repeats it after JOIN
		const restored = this.enterEpoch(data.SERVER.EPOCH);
		if (copied) {
			this.people.clear();
			this.mutes.clear();
		}
		this.ahead.clear();
		this.rooms.start(data.ROOMS, (data.MORE_ROOMS ?? false) && !copied);
		this.people.start(data.PEERS, data.AWAY ?? [], data.IGNORES ?? []);
		for (const room of data.ROOMS) this.meet(room);
		if (data.MORE_ROOMS) this.listRooms(OWN_PAGES_MAX);
		if (data.PEERS_NEXT !== undefined) this.listPeers(PEER_PAGES_MAX, data.PEERS_NEXT);
		if (this.isAway) this.line.say({ CMD: "AWAY" });
		this.uploads.joined();
		void this.outbox.start((kept) => restored && (kept.replyTo ?? 0) > this.sameUpTo(this.placeOf(kept)));
		for (const conversation of this.conversations.values())
			if (conversation.isReal) conversation.rejoined({ restored, copied });
		this.changedAll();
		this.beat.now();
		void this.readPeople(LOBBY).catch(() => {}); // then the list of people who are online is enough
		return this.missed(before);
	}

	/** Show the stored copy, because the server is away. */
	restore({ overview, logs }: Copy): void {
		this.copies = logs;
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
		this.changedAll();
	}

	/** The session is over. Remove everything from this browser except unsent messages and drafts. */
	end(): void {
		this.isOver = true; // another account may use the connection by the time an upload is done
		this.saving.end();
		void this.cache.clear();
	}

	push(push: Push): void {
		if (push.CMD === "MSG" || push.CMD === "EVENT") this.pushEntry(push);
		else if (push.CMD === "PEER") {
			this.people.push(push, Date.now());
			if (push.TYPE === "LEFT") this.typing.gone(push.UID);
		} else if (push.CMD === "ROOM") this.hearRoom(push);
		else if (push.CMD === "READ") this.pushRead(push);
		else if (push.CMD === "TYPING") this.pushTyping(push.ROOM, push.UID);
		else if (push.CMD === "IGNORES") this.ignore(push.UIDS);
		else if (push.CMD === "NOTICE") this.notice.value = push.CODE === undefined ? null : push.TEXT;
		this.beat.soon();
	}

	// Called by conversations

	async ask<C extends Command>(
		command: C,
		fields: Record<string, unknown> = {},
		{ lasting = false } = {},
	): Promise<Answers[C]> {
		const answer = await new Promise<Answer>((answered) => {
			this.line.ask({ CMD: command, ...fields }, answered, { lasting });
		});
		if (answer.TYPE === "FAIL") throw asRefusal(answer);
		this.learn(command, answer.DATA, fields);
		return answer.DATA as Answers[C];
	}

	/** The conversation in which a message is shown: messages to people are in their room once it exists. */
	placeOf({ to }: Kept): RoomId {
		return "room" in to ? to.room : (this.rooms.among(to.people) ?? peopleId(to.people));
	}

	/** A page of a room's log has arrived. */
	heardPage({ EVENTS }: Page): void {
		for (const entry of EVENTS) {
			this.people.wrote(entry);
			this.mutes.hear(entry);
		}
		this.beat.soon();
	}

	changed(conversation: LiveConversation): void {
		this.dirty.add(conversation);
		this.beat.soon();
	}

	/** Update it immediately. */
	show(conversation: LiveConversation): void {
		this.dirty.add(conversation);
		this.beat.now();
		conversation.showRows();
	}

	/** The view of a room; `before`: its previous view. */
	view(id: RoomId, before: RoomView | null): RoomView | null {
		return this.views.get(id, Date.now(), before);
	}

	/** The reach and the sender of a message to this room. */
	own(id: RoomId, people: readonly Uid[] | null): { reach: Reach; nickname: string } {
		const kind = this.rooms.find(id)?.KIND ?? (people?.length === 1 ? "direct" : "group");
		return { reach: reachOf(kind), nickname: this.account.peek().nickname };
	}

	delivery(kept: Kept): Delivery {
		if (kept.failed !== null) return { is: "failed", text: kept.failed };
		return { is: this.isJoined && this.outbox.isSending(kept.id) ? "sending" : "kept" };
	}

	read(room: RoomId, seq: Seq): void {
		this.rooms.read({ ROOM: room, UID: this.me, SEQ: seq });
		this.beat.soon();
	}

	draftChanged(room: RoomId, draft: Draft): void {
		if (isEmpty(this.drafts.get(room)) && isEmpty(draft)) return;
		if (this.drafts.set(room, draft)) this.beat.soon();
	}

	/** The room of a conversation with people now exists. */
	becomes(conversation: LiveConversation, room: RoomId): void {
		this.drafts.set(conversation.id.peek(), EMPTY_DRAFT);
		this.conversations.delete(conversation.id.peek());
		this.conversations.set(room, conversation);
	}

	/** A room, even one that the user is not in; it is looked up if necessary. */
	known(id: RoomId): RoomView | null {
		this.directory.value; // subscribes the caller to changes
		const room = this.view(id, null);
		if (!room) void this.lookUp(id);
		return room;
	}

	/** Look up a room that JOIN did not list; it may be in the directory. */
	lookUp(id: RoomId): Promise<void> {
		if (this.rooms.find(id) || this.lookedUp.has(id)) return Promise.resolve();
		this.lookedUp.add(id);
		this.lookingUp = this.lookingUp.then(() => this.readDirectory(id)); // an earlier look-up may find this one, too
		return this.lookingUp;
	}

	private async readDirectory(id: RoomId): Promise<void> {
		let after = {};
		try {
			for (let page = 0; page < DIRECTORY_PAGES_MAX && !this.rooms.find(id); page++) {
				const { NEXT } = await this.ask("ROOMS", after);
				if (NEXT === undefined) break;
				after = { AFTER: NEXT };
			}
		} catch {
			this.lookedUp.delete(id);
		}
		this.changedAll();
	}

	// Called by the screens

	open(id: RoomId): LiveConversation {
		const people = peopleOf(id);
		if (people) return this.to(people);
		const conversation = this.conversations.get(id) ?? this.begin(id, null);
		this.opened = [...this.opened.filter((each) => each !== conversation), conversation];
		if (this.opened.length > LOGS_MAX) this.opened.shift()?.close();
		conversation.opened();
		return conversation;
	}

	to(uids: readonly Uid[]): LiveConversation {
		const others = [...new Set(uids)].filter((uid) => uid !== this.me);
		if (others.length === 0) return this.open("lobby");
		const known = this.rooms.among(others);
		if (known !== null) return this.open(known);
		const id = peopleId(others);
		return this.conversations.get(id) ?? this.begin(id, others);
	}

	setAway(away: boolean): void {
		this.isAway = away;
		this.line.say({ CMD: "AWAY", AWAY: away });
	}

	complete(prefix: string, room: RoomId): Candidate[] {
		const isMember = this.whoIsIn(room);
		const banned = new Set(this.people.list.filter(isBanned).map(({ uid }) => uid));
		const isIn = (uid: Uid) => isMember(uid) && !banned.has(uid);
		const isKnown = this.rooms.find(room)?.KIND !== "named" || this.members.isWhole(room);
		const fitting = this.people.complete(prefix, (uid) => uid !== this.me);
		const inside = fitting.filter(({ uid }) => isIn(uid)).map((person) => ({ person, isInRoom: true }));
		if (!isKnown) return inside;
		return [...inside, ...fitting.filter(({ uid }) => !isIn(uid)).map((person) => ({ person, isInRoom: false }))];
	}

	/** Load the members of a named room, once per connection. */
	readMembers(room: RoomId): void {
		if (!this.isJoined || this.rooms.find(room)?.KIND !== "named" || !this.members.begin(room)) return;
		this.readPeople(room).then(
			(isAll) => isAll && this.members.end(room),
			() => this.members.drop(room),
		);
	}

	// Inside

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
		this.lookedUp.clear();
		return true;
	}

	/** The SEQ up to which a restored room is unchanged. */
	private sameUpTo(room: RoomId): Seq {
		return this.rooms.find(room)?.EPOCH_SEQ ?? 0;
	}

	/** What has become unread since the connection was lost. If the user has read elsewhere meanwhile, only later messages count. */
	private missed(before: ReadonlyMap<RoomId, Room>): Missed[] {
		const all = this.roomViews.peek().map((room) => {
			const was = before.get(room.id);
			const { UNREAD = 0, MENTIONS = 0 } = was && was.READ === room.room.READ ? was : {};
			const mentions = room.mentions - (room.kind === "direct" ? UNREAD : MENTIONS);
			return { room, unread: Math.max(0, room.unread - UNREAD), mentions: Math.max(0, mentions) };
		});
		return all.filter(({ unread, mentions }) => unread > 0 || mentions > 0);
	}

	private begin(id: RoomId, people: readonly Uid[] | null): LiveConversation {
		const conversation = new LiveConversation(this, id, people);
		const copy = this.copies?.get(id);
		if (copy) conversation.restore(copy);
		this.conversations.set(id, conversation);
		this.changed(conversation);
		return conversation;
	}

	private conversationOf(kept: Kept): LiveConversation | undefined {
		return this.conversations.get(this.placeOf(kept));
	}

	/** Send a message once its files are uploaded; others may overtake it. */
	private send(kept: Kept, answered: (answer: Answer) => void): void {
		if (!kept.files.some(isUpload)) {
			this.hand(kept, kept.files as readonly FileInfo[], answered);
			return;
		}
		Promise.all(kept.files.map((file) => (isUpload(file) ? this.bring(file) : file))).then(
			(files) => {
				if (this.outbox.has(kept.id) && !this.isOver) this.hand(kept, files, answered);
				else answered(failed(refusal("unreachable")));
			},
			(why: Refusal) => answered(failed(why)),
		);
	}

	private bring(file: File): Promise<FileInfo> {
		const upload = this.uploads.of(file);
		if (upload.state.peek().is === "failed") upload.again();
		return upload.done;
	}

	private hand(kept: Kept, files: readonly FileInfo[], answered: (answer: Answer) => void): void {
		const { to, text, replyTo, mentions } = kept;
		const fields = {
			CMD: "SEND",
			...("room" in to ? { ROOM: to.room } : { TO: to.people }),
			MSG: text,
			...(replyTo !== null && { REPLY_TO: replyTo }),
			...(mentions && { MENTIONS: mentions }),
			...(files.length && { FILES: files.map(({ FILE }) => FILE) }),
		};
		const heard = (answer: Answer) => {
			if (answer.TYPE === "FAIL" && answer.CODE === "muted") void this.readMutes(this.placeOf(kept));
			answered(answer);
		};
		this.line.ask(fields, heard, { id: kept.id });
	}

	private pushEntry(entry: LogEntry): void {
		this.people.wrote(entry);
		this.mutes.hear(entry);
		this.conversations.get(entry.ROOM)?.push(entry);
		this.rooms.push(entry, this.people.ignores);
		this.typing.hear(entry);
		this.members.hear(entry);
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
		const room = told && this.views.get(entry.ROOM, Date.now());
		if (!room || told.message.FROM === this.me || this.people.ignores.has(told.message.FROM)) return;
		const message = new Views(this.me, this.people).of({ ...told.message, TYPE: room.reach }, null);
		for (const listener of this.listeners) listener({ is: told.is, message, room, at: entry.SEQ });
	}

	private hearRoom(room: Room): void {
		this.rooms.hear(room);
		if (room.ENTERED === false) this.directory.value++;
		this.meet(room);
	}

	/** Load own rooms that JOIN did not list. A page is processed before any later push. */
	private listRooms(pages: number, after?: string): void {
		const fields = { CMD: "ROOMS", OWN: true, LIMIT: OWN_A_PAGE, ...(after && { AFTER: after }) };
		this.line.ask(fields, (answer) => {
			if (answer.TYPE === "FAIL") return;
			const { ROOMS, NEXT } = answer.DATA as Answers["ROOMS"];
			this.rooms.list(ROOMS, NEXT === undefined);
			for (const room of ROOMS) this.meet(room);
			if (NEXT !== undefined && pages > 1) this.listRooms(pages - 1, NEXT);
			this.beat.soon();
		});
	}

	/** Load people who are online and whom JOIN did not list. A page is newer than all pushes before it. */
	private listPeers(pages: number, AFTER: number): void {
		this.line.ask({ CMD: "PEERS", AFTER }, (answer) => {
			if (answer.TYPE === "FAIL") return;
			const { PEERS, AWAY = [], NEXT } = answer.DATA as Answers["PEERS"];
			this.people.here(PEERS, AWAY);
			if (NEXT !== undefined && pages > 1) this.listPeers(pages - 1, NEXT);
			this.beat.soon();
		});
	}

	/** Request unknown newest messages. Their conversations were active recently, so a short page has them. */
	private askForLast(): void {
		if (!this.isJoined || this.isAskingForLast || this.rooms.unsure.size === 0) return;
		this.isAskingForLast = true;
		this.line.ask({ CMD: "ROOMS", OWN: true, LIMIT: LAST_A_PAGE }, (answer) => {
			this.isAskingForLast = false;
			if (answer.TYPE === "OKAY") this.rooms.list((answer.DATA as Answers["ROOMS"]).ROOMS, false);
			this.rooms.unsure.clear();
			this.beat.soon();
		});
	}

	/** Add the people of a room, and move their conversation to it. */
	private meet(room: Room): void {
		for (const { UID, UN } of room.MEMBERS ?? []) this.people.name(UID, UN);
		const others = (room.MEMBERS ?? []).map(({ UID }) => UID).filter((uid) => uid !== this.me);
		if (others.length) this.conversations.get(peopleId(others))?.become(room.ROOM);
	}

	private pushRead(push: ReadPush): void {
		this.rooms.read(push);
		const conversation = this.conversations.get(push.ROOM);
		if (push.UID === this.me) conversation?.markerMoved(push);
		else conversation?.hasSeen(push.UID, push.SEQ);
	}

	private pushTyping(room: RoomId, uid: Uid): void {
		if (uid === this.me) return;
		this.typing.heard(room, uid, Date.now() + this.limits.TYPING_SECONDS * 1000);
	}

	private ignore(uids: readonly Uid[]): void {
		const before = this.people.ignores;
		this.people.ignore(uids);
		this.rooms.ignore(before, this.people.ignores);
		this.changedAll();
	}

	private changedAll(): void {
		for (const conversation of this.conversations.values()) this.dirty.add(conversation);
		this.beat.soon();
	}

	/** Update the state from answers to requests. */
	private learn(command: Command, data: unknown, { ROOM }: { ROOM?: RoomId }): void {
		if (command === "ROOMS") for (const room of (data as Answers["ROOMS"]).ROOMS) this.hearRoom(room);
		else if (command === "CREATE" || command === "ENTER") this.hearRoom(data as Room);
		else if (command === "MEMBERS") this.learnMembers(ROOM ?? "", (data as Answers["MEMBERS"]).MEMBERS);
		else if (command === "PASSWORD") this.account.value = { ...this.account.peek(), registered: true };
		else if (command === "CLAIM")
			this.account.value = { ...this.account.peek(), role: (data as Answers["CLAIM"]).ROLE };
		else return;
		this.beat.soon();
	}

	private learnMembers(room: RoomId, members: readonly Member[]): void {
		this.people.members(members, room === LOBBY);
		this.members.add(
			room,
			members.map(({ UID }) => UID),
		);
		const myself = members.find(({ UID }) => UID === this.me);
		const until = myself?.MUTED_UNTIL ?? 0;
		if (myself) this.mutes.now(room, this.headOf(room), until < FOR_EVER_MS ? until : Infinity);
	}

	/** Find the end of a mute that is older than the loaded logs. */
	private async readMutes(room: RoomId): Promise<void> {
		const before = this.me.slice(0, -1); // members are sorted by UID
		for (const ROOM of new Set([room, LOBBY]))
			await this.ask("MEMBERS", { ROOM, LIMIT: PEOPLE_A_PAGE, ...(before && { AFTER: before }) }).catch(() => {}); // then only the refusal is shown
	}

	private headOf(room: RoomId): Seq {
		return this.rooms.find(room)?.SEQ ?? 0;
	}

	private whoIsIn(room: RoomId): (uid: Uid) => boolean {
		const known = this.rooms.find(room);
		if (known?.KIND === "named") {
			const members = this.members.of(room);
			return (uid) => members.has(uid);
		}
		const people = known?.MEMBERS?.map(({ UID }) => UID) ?? peopleOf(room);
		return (uid) => people?.includes(uid) ?? true;
	}

	/**
	 * Load the members of a room, or the first of them. In the lobby that is everyone, including names of people who are offline.
	 * Returns whether all were loaded.
	 */
	private async readPeople(ROOM: RoomId): Promise<boolean> {
		let after = {};
		for (let page = 0; page < PEOPLE_PAGES_MAX; page++) {
			const { MEMBERS, MORE } = await this.ask("MEMBERS", { ROOM, LIMIT: PEOPLE_A_PAGE, ...after });
			if (!MORE) return true;
			after = { AFTER: MEMBERS.at(-1)?.UID };
		}
		return false;
	}

	/** The rooms whose newest messages are stored: the lobby, and the most recently active. */
	private get keptRooms(): ReadonlySet<RoomId> {
		return new Set(
			this.roomViews
				.peek()
				.slice(0, LOGS_MAX)
				.map(({ id }) => id),
		);
	}

	/** Store the copy, while connected. */
	private save(): void {
		if (!this.isJoined || this.asOf.peek() !== null) return;
		const rooms = this.keptRooms;
		const changed = new Map<RoomId, LogCopy>();
		for (const room of rooms) {
			const copy = this.conversations.get(room)?.copy();
			if (copy && !isSameCopy(copy, this.saved.get(room))) changed.set(room, copy);
		}
		for (const [room, copy] of changed) this.saved.set(room, copy);
		void this.cache.write(this.overview(), changed, rooms);
		this.readAhead(rooms);
	}

	private overview(): Overview {
		return {
			asOf: Date.now(),
			epoch: this.epoch,
			server: this.about,
			limits: this.limits,
			account: this.account.peek(),
			rooms: this.roomViews
				.peek()
				.slice(0, ROOMS_KEPT_MAX)
				.flatMap(({ id }) => this.rooms.get(id) ?? []),
			people: this.people.list.slice(0, PEOPLE_KEPT_MAX),
			ignores: [...this.people.ignores],
		};
	}

	/** Prefetch the next of these rooms; each one is stored before the next is requested. */
	private readAhead(rooms: ReadonlySet<RoomId>): void {
		for (const [id, conversation] of this.conversations)
			if (!rooms.has(id) && !conversation.isWatched && !this.opened.includes(conversation)) {
				conversation.close();
				this.ahead.delete(id);
			}
		const next = [...rooms].find((id) => !this.ahead.has(id));
		if (next === undefined) return;
		this.ahead.add(next);
		(this.conversations.get(next) ?? this.begin(next, null)).readAhead();
		this.saving.soon();
	}

	private refresh(): void {
		this.saving.soon();
		this.askForLast();
		const rooms = this.views.list(Date.now());
		const isOtherwise = this.roomViews.peek() !== rooms || this.peopleList.peek() !== this.people.list;
		if (isOtherwise) for (const conversation of this.conversations.values()) this.dirty.add(conversation);
		const dirty = [...this.dirty];
		this.dirty.clear();
		batch(() => {
			this.roomViews.value = rooms;
			this.peopleList.value = this.people.list;
			const role = this.rooms.get("lobby")?.room.ROLE ?? "member";
			if (role !== this.account.peek().role) this.account.value = { ...this.account.peek(), role };
			for (const conversation of dirty) conversation.showAbout();
			for (const conversation of dirty) if (conversation.isWatched) conversation.showRows();
		});
		this.waitForTyping();
	}

	private waitForTyping(): void {
		clearTimeout(this.typingTimer);
		const end = this.typing.nextEnd(Date.now());
		if (end !== null) this.typingTimer = setTimeout(() => this.beat.soon(), end - Date.now() + 1);
	}
}

/** The message to notify about, if the entry has one. */
function heardIn(entry: LogEntry, me: Uid): { is: Heard["is"]; message: Omit<Message, "TYPE"> } | null {
	if (entry.CMD === "MSG") return { is: "new", message: entry };
	const { CMD: _, KIND, OF = 0, AUTHOR, FROM, COUNTS = [], MSG = "", ...more } = entry;
	if (KIND !== "edit" && KIND !== "delete") return null;
	const mentions = COUNTS.some(({ UID, ROOM, BY }) => BY > 0 && (ROOM || UID === me));
	const message = { ...more, CMD: "MSG" as const, SEQ: OF, FROM: AUTHOR ?? FROM, MSG, MENTIONS_ROOM: false };
	if (KIND === "delete") return { is: "deleted", message: { ...message, MENTIONS: [], DELETED: true } };
	return { is: "edited", message: { ...message, MENTIONS: mentions ? [me] : [] } };
}

const epochKey = (server: string, uid: Uid): string => `muca epoch ${server} ${uid}`;

export const forgetEpoch = (server: string, uid: Uid): void => keep(epochKey(server, uid), null);

const failed = ({ code, message }: Refusal): Answer => ({ CMD: "ACK", TYPE: "FAIL", CODE: code, TEXT: message });

const isSameCopy = (one: LogCopy, other: LogCopy | undefined): boolean =>
	one.first === other?.first && one.last === other.last && one.events.every((event, at) => event === other.events[at]);

export const accountOf = (uid: Uid, nickname: string, { ROLE, REGISTERED = false, DEVICE }: Joined): Me => ({
	uid,
	nickname,
	role: ROLE,
	registered: REGISTERED,
	device: DEVICE ?? null,
});
