/** One room: its log, rows, unsent messages, and read markers. */

import { effect, type Signal, signal } from "@preact/signals";
import { text } from "../text";
import { random } from "../wire/random";
import type { LogEntry, MentionPlace, Message, ReadPush, Room, RoomId, Seq, Stored, Uid } from "../wire/words";
import type { LogCopy } from "./cache";
import type { Change } from "./changes";
import {
	type Conversation,
	type Delivery,
	type Discarded,
	type Draft,
	type Edit,
	type MessageView,
	Refusal,
	type RoomView,
	type Row,
	type Sent,
} from "./chat";
import { withoutPlaces } from "./drafts";
import type { Log } from "./log";
import { Marker, type MarkerOutside } from "./marker";
import { peopleOf } from "./people_id";
import { Reading, type ReadingOutside } from "./reading";
import { isTold, type Line, Rows } from "./rows";
import type { Session } from "./session";
import type { Kept } from "./shelf";
import { keptView, Views } from "./views";
import { Wishes } from "./wishes";

/** In rooms of up to this size, others are told the user's read marker. */
const SEEN_BY_MEMBERS_MAX = 20;
/** Number of the newest entries that are stored in this browser. */
const COPY_ENTRIES_MAX = 100;
const COPY_CHARS_MAX = 200_000;
const ABOUT_PINS = new Set(["pin", "unpin", "edit", "delete"]);

export class LiveConversation implements Conversation {
	readonly id: Signal<RoomId>;
	readonly room = signal<RoomView | null>(null);
	readonly rows: Signal<readonly Row[]>;
	readonly hasOlder = signal(false);
	readonly hasNewer = signal(false);
	readonly loading: Reading["loading"];
	readonly trouble: Reading["trouble"];
	readonly draft: Signal<Draft>;
	readonly seenBy = signal<ReadonlyMap<Uid, Seq>>(new Map());
	readonly pinChanges = signal(0);
	/** Whether anybody is subscribed to the rows; if not, they need not be updated. */
	isWatched = false;
	private isRenewing = false;
	private readonly reading: Reading;
	private readonly log: Log;
	private readonly views: Views;
	private readonly composed = new Rows();
	private readonly wishes = new Wishes();
	private readonly quotes = new Map<Seq, Signal<MessageView | null | "loading">>();
	/** Acknowledged, but not in the log yet. */
	private readonly acknowledged = new Map<Seq, Kept>();
	private readonly keptViews = new WeakMap<Kept, MessageView>();
	private readonly marker: Marker;
	readonly newAfter: Marker["newAfter"];
	readonly readTo: Marker["readTo"];
	private askedMembers = false;
	private typedAt = 0;

	/** `people`: the participants, while there is no room. */
	constructor(
		private readonly session: Session,
		id: RoomId,
		readonly people: readonly Uid[] | null,
	) {
		this.id = signal(id);
		this.views = new Views(session.me, session.people);
		this.marker = new Marker(this.outsideOfMarker());
		this.newAfter = this.marker.newAfter;
		this.readTo = this.marker.readTo;
		this.reading = new Reading(this.outside(), session.rooms.find(id)?.SEQ ?? 0);
		this.log = this.reading.log;
		this.loading = this.reading.loading;
		this.trouble = this.reading.trouble;
		this.draft = signal(session.drafts.get(id));
		this.rows = signal([], {
			watched: () => {
				this.isWatched = true;
				session.changed(this);
			},
			unwatched: () => {
				this.isWatched = false;
				session.changed(this); // the list shows what was left unsent
			},
		});
		effect(() => session.draftChanged(this.id.value, this.draft.value));
	}

	/** Whether the room exists. */
	get isReal(): boolean {
		return peopleOf(this.id.peek()) === null;
	}

	/** The user has opened it. */
	opened(): void {
		const after = this.marker.opened(this.log.head);
		this.wishes.forgive();
		if (this.isReal) void this.turnTo(after);
		if (this.isReal) void this.session.lookUp(this.id.peek());
		this.session.changed(this);
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
		if (after !== null && this.session.isJoined && !this.log.shows(after + 1)) this.reading.begin(after);
	}

	/** Drop the log, to be loaded again when the room is opened. */
	close(): void {
		if (this.log.isEmpty) return;
		this.log.clear(this.log.head);
		this.quotes.clear();
		this.session.changed(this);
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

	message(seq: Seq): Signal<MessageView | null | "loading"> {
		const known = this.quotes.get(seq);
		if (known) return known;
		const quote = signal(this.quoted(seq));
		this.quotes.set(seq, quote);
		if (quote.peek() === "loading") void this.reading.readOne(seq);
		return quote;
	}

	// Writing

	send(text: string, { replyTo = null, files = [], mentions = null }: Sent = {}): void {
		const to = this.isReal ? { room: this.id.peek() } : { people: this.people ?? [] };
		this.marker.writes(this.log.head);
		this.session.outbox.add({
			id: random(26),
			to,
			text,
			replyTo,
			files,
			...(mentions && { mentions }),
			ts: Date.now(),
			failed: null,
		});
		if (this.log.hasNewer) this.reading.begin(null);
	}

	retry(key: string): void {
		this.session.outbox.retry(key);
	}

	discard(key: string): Discarded | null {
		const kept = this.session.outbox.discard(key);
		return kept && { mentions: [], ...kept };
	}

	async edit(edit: Edit, mentions: MentionPlace[] | null = null): Promise<void> {
		const { seq, text } = edit;
		const shown = { MSG: text, ...(mentions && { MENTION_PLACES: mentions }) };
		const fields = { MSG: text, ...(mentions && { MENTIONS: mentions }) };
		const answered = this.session.drafts.ask(this.id.peek(), edit);
		await this.wish("EDIT", "edit", seq, shown, fields).finally(answered);
	}

	remove(seq: Seq): Promise<void> {
		return this.wish("DELETE", "delete", seq);
	}

	react(seq: Seq, emoji: string): Promise<void> {
		return this.wish("REACT", "react", seq, { EMOJI: emoji });
	}

	unreact(seq: Seq, emoji: string): Promise<void> {
		return this.wish("UNREACT", "unreact", seq, { EMOJI: emoji });
	}

	setPinned(seq: Seq, pinned: boolean): Promise<void> {
		return pinned ? this.wish("PIN", "pin", seq) : this.wish("UNPIN", "unpin", seq);
	}

	seen(seq: Seq | null): void {
		const newest = this.log.shown.findLast(({ entry }) => isTold(entry))?.seq ?? 0;
		const isNewest = seq !== null && !this.log.isEmpty && !this.log.hasNewer && newest <= seq;
		this.marker.seen(seq, isNewest, this.log.head);
	}

	async markUnread(seq: Seq): Promise<void> {
		const marked = this.marker.markUnread(seq);
		this.session.changed(this);
		await marked;
	}

	typing(): void {
		const now = Date.now();
		const everyMs = this.session.limits.TYPING_SECONDS * 1000;
		if (!this.isReal || now - this.typedAt < everyMs) return;
		this.typedAt = now;
		this.session.line.say({ CMD: "TYPING", ROOM: this.id.peek() });
	}

	// Called by the session

	/** An event was pushed. */
	push(entry: LogEntry): void {
		if (entry.CMD === "MSG" && entry.FROM === this.session.me) this.marker.wrote();
		else if (entry.CMD === "MSG" && !this.session.people.ignores.has(entry.FROM)) this.marker.comes();
		this.log.push(entry);
		if (entry.CMD === "MSG") this.hasSeen(entry.FROM, entry.SEQ);
		else if (ABOUT_PINS.has(entry.KIND)) this.pinChanges.value++;
		if (this.log.missed > 0) void this.reading.catchUp();
		this.session.changed(this);
	}

	hasSeen(uid: Uid, seq: Seq): void {
		const before = this.seenBy.peek().get(uid) ?? 0;
		if (uid !== this.session.me && seq > before) this.seenBy.value = new Map(this.seenBy.peek()).set(uid, seq);
	}

	/** The user's read marker was moved, on any device. */
	markerMoved(push: ReadPush): void {
		this.marker.moved(push);
		this.session.changed(this);
	}

	/** A new session is up. `restored`: the server may have been restored; `copied`: the log is a stored copy. */
	rejoined({ restored, copied }: { restored: boolean; copied: boolean }): void {
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
		this.readQuotes();
	}

	/** Replace the stored copy by the server's log, which may no longer have all of it. Until then the copy stays visible. */
	private async renew(head: Seq): Promise<void> {
		this.isRenewing = true;
		await this.reading.restart(head);
		this.isRenewing = false;
		this.session.changed(this);
		this.readQuotes();
	}

	private readQuotes(): void {
		for (const [seq, quote] of this.quotes) if (quote.peek() === "loading") void this.reading.readOne(seq);
	}

	/** The known log belongs to another history. */
	private forget(head: Seq): void {
		this.acknowledged.clear();
		this.seenBy.value = new Map();
		this.askedMembers = false;
		this.marker.forget();
		this.draft.value = withoutPlaces(this.draft.peek());
		void this.reading.restart(head);
	}

	/** The server has stored a message at this position. */
	stored(kept: Kept, { ROOM, SEQ }: Stored): void {
		this.become(ROOM);
		if (!this.log.covers(SEQ)) this.acknowledged.set(SEQ, kept);
		this.session.changed(this);
	}

	/** The room of these people now exists. */
	become(room: RoomId): void {
		if (this.isReal) return;
		this.session.becomes(this, room);
		this.id.value = room;
		this.reading.begin(null);
	}

	/** Update everything except the rows. */
	showAbout(): void {
		const { log } = this;
		this.wishes.heard(log.heard);
		for (const seq of this.acknowledged.keys()) if (log.covers(seq)) this.acknowledged.delete(seq);
		this.room.value = this.session.view(this.id.peek(), this.room.peek());
		this.marker.follow();
		this.hasOlder.value = log.hasOlder;
		this.hasNewer.value = log.hasNewer;
		for (const [seq, quote] of this.quotes) quote.value = this.quoted(seq);
		for (const seq of log.doubtful) void this.reading.readOne(seq);
		this.askMembers();
	}

	showRows(): void {
		if (this.isRenewing) return;
		const after = this.newAfter.peek();
		const isHere = after !== null && this.log.shownFrom <= after + 1;
		this.rows.value = this.composed.build(this.lines(), isHere ? after : null);
	}

	// Inside

	private get own(): Room | undefined {
		return this.session.rooms.get(this.id.peek())?.room;
	}

	private outsideOfMarker(): MarkerOutside {
		const { session } = this;
		return {
			room: () => this.own,
			readAll: (head) => session.read(this.id.peek(), head),
			tell: (SEQ) => session.line.say({ CMD: "READ", ROOM: this.id.peek(), SEQ }),
			goBack: (SEQ) => session.ask("READ", { ROOM: this.id.peek(), SEQ, BACK: true }, { lasting: true }),
		};
	}

	private outside(): ReadingOutside {
		const { session, marker } = this;
		return {
			ask: (query, LIMIT) => session.ask("HISTORY", { ROOM: this.id.peek(), ...query, LIMIT }),
			heard: (page) => session.heardPage(page),
			show: () => {
				session.show(this);
				return this.rows.peek();
			},
			changed: () => session.changed(this),
			get isJoined() {
				return session.isJoined;
			},
			get newAfter() {
				return marker.newAfter.peek();
			},
			get pageMax() {
				return session.limits.HISTORY_EVENTS_MAX;
			},
		};
	}

	private quoted(seq: Seq): MessageView | null | "loading" {
		const message = this.log.message(seq);
		if (message) return this.view(message);
		return this.reading.isGone(seq) ? null : "loading";
	}

	private view(message: Message): MessageView {
		const [wanted, change] = this.wishes.show(message, this.session.isJoined);
		return this.views.of(wanted, change);
	}

	private lines(): Line[] {
		const stored = this.log.shown.map(({ entry }) => (entry.CMD === "MSG" ? this.view(entry) : entry));
		return this.log.hasNewer ? stored : [...stored, ...this.pending()];
	}

	/** Messages that are not in the log yet. The push of a message may arrive before its acknowledgement. */
	private pending(): MessageView[] {
		const mine = this.session.outbox.messages.filter((kept) => this.session.placeOf(kept) === this.id.peek());
		const acknowledged = [...this.acknowledged.values()];
		const stored = new Set(this.log.shown.map(({ entry }) => entry.CMD === "MSG" && entry.ID));
		const waiting = mine.filter((kept) => !acknowledged.includes(kept) && !stored.has(kept.id));
		const views = acknowledged.map((kept) => this.keptView(kept, { is: "stored" }));
		return [...views, ...waiting.map((kept) => this.keptView(kept, this.session.delivery(kept)))];
	}

	private keptView(kept: Kept, delivery: Delivery): MessageView {
		const before = this.keptViews.get(kept);
		if (before && before.delivery.is === delivery.is) return before;
		const { reach, nickname } = this.session.own(this.id.peek(), this.people);
		const view = keptView(kept, this.id.peek(), reach, this.session.me, nickname, delivery);
		this.keptViews.set(kept, view);
		return view;
	}

	private async wish(
		command: "EDIT" | "DELETE" | "REACT" | "UNREACT" | "PIN" | "UNPIN",
		KIND: string,
		OF: Seq,
		shown: Pick<Change, "MSG" | "MENTION_PLACES" | "EMOJI"> = {},
		fields: object = shown,
	): Promise<void> {
		const ROOM = this.id.peek();
		const change: Change = {
			CMD: "EVENT",
			KIND,
			ROOM,
			SEQ: 0,
			TS: Date.now(),
			FROM: this.session.me,
			UN: "",
			OF,
			...shown,
		};
		const wish = this.wishes.add(change);
		this.session.changed(this);
		try {
			const { SEQ } = await this.session.ask(command, { ROOM, SEQ: OF, ...fields }, { lasting: true });
			this.wishes.granted(wish, SEQ ?? null);
		} catch (error) {
			this.wishes.refuse(wish, error instanceof Refusal ? error.message : text.peek().chat.unreachable);
			throw error;
		} finally {
			this.session.changed(this);
		}
	}

	/** Request, once, the read markers of the others. */
	private askMembers(): void {
		const room = this.own;
		if (this.askedMembers || !room?.MEMBERS || room.MEMBERS.length > SEEN_BY_MEMBERS_MAX) return;
		this.askedMembers = true;
		this.session.ask("MEMBERS", { ROOM: room.ROOM }).then(
			({ MEMBERS }) => {
				for (const { UID, READ = 0 } of MEMBERS) this.hasSeen(UID, READ);
			},
			() => {
				this.askedMembers = false;
			},
		);
	}
}
