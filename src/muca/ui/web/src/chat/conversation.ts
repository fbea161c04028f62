/** One room: its log, rows, unsent messages, and read markers. */

import { effect, type Signal, signal } from "@preact/signals";
import type { Limits, LogEntry, MentionPlace, Message, Page, ReadPush, Room, RoomId, Seq, Uid } from "../wire/words";
import type { LogCopy } from "./cache";
import type { Conversation, Delivery, Discarded, Draft, Edit, MessageView, RoomView, Row, Sent } from "./chat";
import { type Drafts, EMPTY_DRAFT, withoutPlaces } from "./drafts";
import type { Log } from "./log";
import { Marker } from "./marker";
import type { Outbox } from "./outbox";
import type { People } from "./people";
import { peopleOf } from "./people_id";
import { type Quote, Quotes } from "./quotes";
import { Reading } from "./reading";
import type { Rooms } from "./rooms";
import { isTold, type Line, Rows } from "./rows";
import { SeenBy } from "./seen_by";
import type { Kept } from "./shelf";
import { Unsent } from "./unsent";
import { Views } from "./views";
import { Writing, type WritingOutside } from "./writing";

/** Number of the newest entries that are stored in this browser. */
const COPY_ENTRIES_MAX = 100;
const COPY_CHARS_MAX = 200_000;
const ABOUT_PINS = new Set(["pin", "unpin", "edit", "delete"]);

/** What a conversation gets from its session. */
export interface ConversationOutside extends WritingOutside {
	readonly people: Pick<People, "get" | "ignores">;
	readonly rooms: Pick<Rooms, "get" | "find" | "among" | "read">;
	readonly drafts: Pick<Drafts, "get" | "set" | "ask">;
	readonly outbox: Pick<Outbox, "add" | "retry" | "discard">;
	readonly limits: Limits;
	readonly isJoined: boolean;
	/** The user's nickname. */
	readonly nickname: string;
	/** The view of a room; `before`: its previous view, which is returned if nothing has changed. */
	view(room: RoomId, before: RoomView | null): RoomView | null;
	/** The messages of the outbox for a room, the oldest first. */
	unsent(room: RoomId): readonly Kept[];
	delivery(kept: Kept): Delivery;
	/** Send a request without an answer, if connected. */
	say(fields: { CMD: string } & Record<string, unknown>): void;
	/** A page of a log has arrived. */
	heard(page: Page): void;
	/** Find out what the room is, unless it is known. */
	lookUp(room: RoomId): void;
	/** Its rows must be shown again: soon, or now. */
	changed(conversation: LiveConversation): void;
	show(conversation: LiveConversation): void;
	/** The lists of rooms and people must be shown again soon. */
	listsChanged(): void;
}

export class LiveConversation implements Conversation {
	readonly id: Signal<RoomId>;
	readonly room = signal<RoomView | null>(null);
	readonly rows: Signal<readonly Row[]>;
	readonly hasOlder = signal(false);
	readonly hasNewer = signal(false);
	readonly loading: Reading["loading"];
	readonly trouble: Reading["trouble"];
	readonly draft: Signal<Draft>;
	readonly seenBy: SeenBy["markers"];
	readonly pinChanges = signal(0);
	/** Whether anybody is subscribed to the rows; if not, they need not be updated. */
	isWatched = false;
	readonly newAfter: Marker["newAfter"];
	readonly readTo: Marker["readTo"];
	private readonly views: Views;
	private readonly composed = new Rows();
	private readonly writing: Writing;
	private readonly marker: Marker;
	private readonly others: SeenBy;
	private readonly reading: Reading;
	private readonly log: Log;
	private readonly quotes: Quotes;
	private readonly pending: Unsent;
	private readonly stopKeepingDraft: () => void;
	private isRenewing = false;
	private typedAt = 0;

	/** `people`: the participants, while there is no room. */
	constructor(
		private readonly outside: ConversationOutside,
		id: RoomId,
		readonly people: readonly Uid[] | null,
	) {
		this.id = signal(id);
		this.views = new Views(outside.me, outside.people);
		this.marker = new Marker(outside, this.id);
		this.newAfter = this.marker.newAfter;
		this.readTo = this.marker.readTo;
		this.others = new SeenBy(outside, this.id);
		this.seenBy = this.others.markers;
		this.reading = this.makeReading(outside.rooms.find(id)?.SEQ ?? 0);
		this.log = this.reading.log;
		this.loading = this.reading.loading;
		this.trouble = this.reading.trouble;
		this.quotes = this.makeQuotes();
		this.pending = new Unsent(outside, this.id, people);
		this.writing = new Writing(outside, this.id, () => outside.changed(this));
		const watch = (isWatched: boolean) => () => {
			this.isWatched = isWatched;
			outside.changed(this); // if nobody looks any more, the list of rooms shows what was left unsent
		};
		this.rows = signal([], { watched: watch(true), unwatched: watch(false) });
		this.draft = signal(outside.drafts.get(id));
		this.stopKeepingDraft = effect(() => {
			if (outside.drafts.set(this.id.value, this.draft.value)) outside.listsChanged();
		});
	}

	/** Whether the room exists. */
	private get isReal(): boolean {
		return peopleOf(this.id.peek()) === null;
	}

	/** The user has opened the room. */
	opened(): void {
		const after = this.marker.opened(this.log.head);
		this.writing.wishes.forgive();
		void this.turnTo(after);
		this.outside.lookUp(this.id.peek());
		this.outside.changed(this);
	}

	/** Load the newest page, unless it is loaded or requested. */
	readAhead(): void {
		if (!this.log.isEmpty) void this.reading.catchUp();
		else if (this.loading.peek() === null) this.reading.begin(null);
	}

	/** The newest entries, to be stored in this browser. */
	copy(): LogCopy | null {
		return this.log.copy(COPY_ENTRIES_MAX, COPY_CHARS_MAX);
	}

	/** Show the stored copy. */
	restore(copy: LogCopy): void {
		this.log.restore(copy);
	}

	/** Load what comes after this SEQ; null: the newest page. Without a connection, show whatever is stored. */
	private async turnTo(after: Seq | null): Promise<void> {
		if (this.log.isEmpty) {
			if (this.loading.peek() === null) this.reading.begin(after);
			return;
		}
		await this.reading.catchUp();
		if (after !== null && this.outside.isJoined && !this.log.shows(after + 1)) this.reading.begin(after);
	}

	/** Let go of everything. It must not be used any more. */
	end(): void {
		this.stopKeepingDraft();
		this.marker.end();
		this.reading.end();
	}

	// Reading

	loadOlder(): Promise<void> {
		return this.reading.loadOn("older");
	}

	loadNewer(): Promise<void> {
		return this.reading.loadOn("newer");
	}

	jumpTo(seq: Seq): Promise<string> {
		return this.reading.jumpTo(seq);
	}

	jumpToDate(ms: number): Promise<string> {
		return this.reading.jumpToDate(ms);
	}

	jumpToNewest(): Promise<void> {
		return this.reading.jumpToNewest();
	}

	jumpToNew(): Promise<string> {
		return this.reading.jumpBehind(this.newAfter.peek() ?? this.readTo.peek());
	}

	message(seq: Seq): Signal<Quote> {
		return this.quotes.of(seq);
	}

	// Writing

	send(text: string, options?: Sent): void {
		this.marker.writes(this.log.head);
		this.writing.send(this.isReal ? { room: this.id.peek() } : { people: this.people ?? [] }, text, options);
		if (this.log.hasNewer) this.reading.begin(null);
	}

	retry(key: string): void {
		this.outside.outbox.retry(key);
	}

	discard(key: string): Discarded | null {
		const kept = this.outside.outbox.discard(key);
		return kept && { mentions: [], ...kept };
	}

	edit(edit: Edit, mentions: MentionPlace[] | null = null): Promise<void> {
		return this.writing.edit(edit, mentions);
	}

	remove(seq: Seq): Promise<void> {
		return this.writing.change("DELETE", seq);
	}

	react(seq: Seq, EMOJI: string): Promise<void> {
		return this.writing.change("REACT", seq, { EMOJI });
	}

	unreact(seq: Seq, EMOJI: string): Promise<void> {
		return this.writing.change("UNREACT", seq, { EMOJI });
	}

	setPinned(seq: Seq, pinned: boolean): Promise<void> {
		return this.writing.change(pinned ? "PIN" : "UNPIN", seq);
	}

	typing(): void {
		const now = Date.now();
		const everyMs = this.outside.limits.TYPING_SECONDS * 1000;
		if (!this.isReal || now - this.typedAt < everyMs) return;
		this.typedAt = now;
		this.outside.say({ CMD: "TYPING", ROOM: this.id.peek() });
	}

	// What the user sees

	seen(seq: Seq | null): void {
		const newest = this.log.shown.findLast(({ entry }) => isTold(entry))?.seq ?? 0;
		const isNewest = seq !== null && !this.log.isEmpty && !this.log.hasNewer && newest <= seq;
		this.marker.seen(seq, isNewest, this.log.head);
	}

	async markUnread(seq: Seq): Promise<void> {
		const marked = this.marker.markUnread(seq);
		this.outside.changed(this);
		await marked;
	}

	// Called by the session

	/** An event was pushed. */
	push(entry: LogEntry): void {
		if (entry.CMD === "MSG" && entry.FROM === this.outside.me) this.marker.wrote();
		else if (entry.CMD === "MSG" && !this.outside.people.ignores.has(entry.FROM)) this.marker.comes();
		this.log.push(entry);
		if (entry.CMD === "MSG") this.others.read(entry.FROM, entry.SEQ);
		else if (ABOUT_PINS.has(entry.KIND)) this.pinChanges.value++;
		if (this.log.missed > 0) void this.reading.catchUp();
		this.outside.changed(this);
	}

	/** A read marker was moved; the user's own on any device. */
	read(push: ReadPush): void {
		if (push.UID !== this.outside.me) {
			this.others.read(push.UID, push.SEQ);
			return;
		}
		this.marker.moved(push);
		this.outside.changed(this);
	}

	/** A new session is up. `restored`: the server may have been restored; `copied`: the log is a stored copy. */
	rejoined({ restored, copied }: { restored: boolean; copied: boolean }): void {
		if (!this.isReal) return;
		this.typedAt = 0;
		this.pinChanges.value++;
		const room = this.own;
		if (restored || (room && (room.SEQ ?? 0) < this.log.head)) {
			this.forget(room?.SEQ ?? 0);
			return;
		}
		this.marker.rejoined(this.log.head);
		if (copied && !this.log.isEmpty) {
			void this.renew(room?.SEQ ?? 0);
			return;
		}
		if (room) this.log.resume(room.SEQ ?? 0);
		if (this.log.isEmpty) {
			if (this.isWatched || this.rows.peek().length || this.trouble.peek()) this.reading.begin(this.newAfter.peek());
		} else if (this.isWatched) void this.reading.catchUp(true);
		this.quotes.load();
	}

	/** Replace the stored copy by the server's log, which may no longer have all of it. Until then the copy stays visible. */
	private async renew(head: Seq): Promise<void> {
		this.isRenewing = true;
		await this.reading.restart(head);
		this.isRenewing = false;
		this.outside.changed(this);
		this.quotes.load();
	}

	/** The known log belongs to another history. */
	private forget(head: Seq): void {
		this.pending.forget();
		this.others.forget();
		this.marker.forget();
		this.draft.value = withoutPlaces(this.draft.peek());
		void this.reading.restart(head);
	}

	/** The server has stored a message at this position. */
	stored(kept: Kept, SEQ: Seq): void {
		if (!this.log.covers(SEQ)) this.pending.stored(kept, SEQ);
		this.outside.changed(this);
	}

	/** The room of these people is known now. */
	become(room: RoomId): void {
		this.outside.drafts.set(this.id.peek(), EMPTY_DRAFT);
		this.id.value = room;
		this.reading.begin(null);
	}

	/** Whether its room is shown otherwise now. */
	get isOutdated(): boolean {
		const before = this.room.peek();
		return this.outside.view(this.id.peek(), before) !== before;
	}

	/** Update everything except the rows. */
	showAbout(): void {
		const { log } = this;
		this.writing.wishes.heard(log.heard);
		this.pending.follow(log);
		this.room.value = this.outside.view(this.id.peek(), this.room.peek());
		this.marker.follow();
		this.hasOlder.value = log.hasOlder;
		this.hasNewer.value = log.hasNewer;
		this.quotes.follow();
		for (const seq of log.doubtful) void this.reading.readOne(seq);
		this.others.follow();
	}

	showRows(): void {
		if (this.isRenewing) return;
		const after = this.newAfter.peek();
		const isHere = after !== null && this.log.shownFrom <= after + 1;
		this.rows.value = this.composed.build(this.lines(), isHere ? after : null);
	}

	// Inside

	private get own(): Room | undefined {
		return this.outside.rooms.get(this.id.peek())?.room;
	}

	private makeReading(head: Seq): Reading {
		const { outside, marker } = this;
		return new Reading(
			{
				ask: (query, LIMIT) => outside.ask("HISTORY", { ROOM: this.id.peek(), ...query, LIMIT }),
				heard: (page) => outside.heard(page),
				show: () => {
					outside.show(this);
					return this.rows.peek();
				},
				changed: () => outside.changed(this),
				get isJoined() {
					return outside.isJoined;
				},
				get newAfter() {
					return marker.newAfter.peek();
				},
				get pageMax() {
					return outside.limits.HISTORY_EVENTS_MAX;
				},
			},
			head,
		);
	}

	private makeQuotes(): Quotes {
		return new Quotes({
			get: (seq) => {
				const message = this.log.message(seq);
				if (message) return this.view(message);
				return this.reading.isGone(seq) ? null : "loading";
			},
			load: (seq) => void this.reading.readOne(seq),
			changed: () => this.outside.changed(this),
		});
	}

	private view(message: Message): MessageView {
		const [wanted, change] = this.writing.wishes.show(message, this.outside.isJoined);
		return this.views.of(wanted, change);
	}

	private lines(): Line[] {
		const stored = this.log.shown.map(({ entry }) => (entry.CMD === "MSG" ? this.view(entry) : entry));
		return this.log.hasNewer ? stored : [...stored, ...this.pending.after(this.log)];
	}
}
