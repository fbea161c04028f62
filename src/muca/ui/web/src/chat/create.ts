/** Creates the chat from its parts. */

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { keep, kept } from "../keeping";
import { text } from "../text";
import { type Greeting, type Http, http } from "../wire/http";
import { USUAL_LIMITS } from "../wire/limits";
import type { Answer, Login, LoginAgain, Status } from "../wire/link";
import { connectLine, type Socket, websocket } from "../wire/socket";
import type { Event, Joined, Push, ServerInfo, Uid } from "../wire/words";
import { Accounts } from "./accounts";
import { type Cache, type Copy, openCache } from "./cache";
import type { Chat, Credentials, Ended, Heard, KnownAccount, LinkState, Me, Missed, Person, RoomView } from "./chat";
import { Refusal } from "./chat";
import { forgetDrafts } from "./drafts";
import { exportOwn } from "./export";
import { asRefusal, refusal } from "./refusal";
import { accountOf, forgetEpoch, Session } from "./session";
import { empty, openShelf, type Shelf } from "./shelf";
import type { UploadsOutside } from "./uploads";

/** The environment of the chat. */
export interface World {
	http: Http;
	open(): Socket;
	shelf(server: string, uid: string): Promise<Shelf>;
	cache(server: string, uid: string): Cache;
}

const browser: World = { http, open: websocket, shelf: openShelf, cache: openCache };

/** Time to wait for the server before the stored copy is shown. */
const PATIENCE_MS = 2_000;

/** The id of the last server at this path, so that its accounts are known while it cannot be reached. */
const LAST_SERVER = `muca server ${location.pathname}`;

const LOBBY = "lobby";
const NOBODY: Me | null = null;
const NO_ROOMS: readonly RoomView[] = [];
const NO_PEOPLE: readonly Person[] = [];

export function createChat(world: World = browser): Chat {
	const link = signal<LinkState>({ is: "out", ended: null });
	const server = signal<ServerInfo | null>(null);
	const limits = signal(USUAL_LIMITS);
	const accounts = signal<readonly KnownAccount[]>([]);
	const page = signal<{ ours: string; theirs: string } | null>(null);
	const session = signal<Session | null>(null);
	const ofSession = <T>(take: (now: Session) => ReadonlySignal<T>, otherwise: T): ReadonlySignal<T> =>
		computed(() => (session.value ? take(session.value).value : otherwise));
	const rooms = ofSession((now) => now.roomViews, NO_ROOMS);
	const people = ofSession((now) => now.peopleList, NO_PEOPLE);

	/** The id of the live session, which authorises HTTP. */
	let token = "";
	/** A pending join(); `invented`: its guest was created for it. */
	let joining: { uid: Uid; invented: boolean; joined(): void; refused(refusal: Refusal): void } | null = null;
	/** The moderator's event that ends the session. The BYE that follows has no reason. */
	let putOut: Event | null = null;
	/** The stored copy of the returning user, until a session starts. */
	let spare: { uid: Uid; cache: Cache; shelf: Shelf; copy: Copy } | null = null;
	/** Pushes since the first JOIN, until its session has started here. */
	let early: Push[] = [];
	const heardBy = new Set<(heard: Heard) => void>();
	const missedBy = new Set<(missed: readonly Missed[]) => void>();
	const line = connectLine(world.open, { joined, pushed, changed: showLink });

	const upload: UploadsOutside["upload"] = (file, progress) => world.http.upload(file, token, progress);
	const book = (): Accounts => new Accounts(server.peek()?.ID ?? kept(LAST_SERVER, ""));
	const showAccounts = (): void => {
		accounts.value = book().list;
	};
	showAccounts();
	addEventListener("storage", leaveForgotten);

	/** An account that was removed in one tab must leave in all tabs, or they would store its data again. */
	function leaveForgotten(): void {
		const current = session.peek();
		if (current && book().find(current.me) === null) line.leave();
	}

	async function greet(): Promise<void> {
		const greeting = await world.http.server().catch((failure) => {
			throw asRefusal(failure);
		});
		meet(greeting);
		if (greeting.PAGE) page.value = { ours: page.peek()?.ours ?? greeting.PAGE, theirs: greeting.PAGE };
	}

	function meet(info: Greeting): void {
		server.value = { ...server.peek(), ...info };
		keep(LAST_SERVER, info.ID);
		showAccounts();
	}

	// Coming

	async function join(credentials: Credentials): Promise<void> {
		if (server.peek() === null) {
			await greet().catch((failure) => {
				if (!kept(LAST_SERVER, "")) throw failure;
			});
		}
		const isKnown = "uid" in credentials && book().find(credentials.uid) !== null;
		const login = loginWith(credentials);
		if (credentials.by !== "guest" && isOverheard(login)) {
			throw new Refusal("not_secure", text.peek().chat.notSecure);
		}
		line.leave();
		await start(login, { invented: credentials.by === "guest" || (credentials.by === "handover" && !isKnown) });
	}

	function start(
		login: Login,
		{ invented = false, copy }: { invented?: boolean; copy?: Copy | undefined } = {},
	): Promise<void> {
		return new Promise((resolve, reject) => {
			joining = { uid: login.UID, invented, joined: resolve, refused: reject };
			line.start(login, { again: copy !== undefined, epoch: copy?.overview.epoch });
		});
	}

	async function comeBack(uid: Uid): Promise<void> {
		const id = kept(LAST_SERVER, "");
		const cache = world.cache(id, uid);
		const greeted = greet().catch(() => {});
		const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
		const [copy, shelf] = await Promise.all([cache.read(), world.shelf(id, uid), Promise.race([greeted, late])]);
		try {
			const login = loginWith({ by: "known", uid });
			if (isOverheard(login)) throw new Refusal("not_secure", text.peek().chat.notSecure);
			if (!copy || (server.peek() ?? copy.overview.server).ID !== id) return await start(login);
			spare = { uid, cache, shelf, copy };
			void late.then(showSpare);
			await start(login, { copy });
		} catch (refusal) {
			void cache.clear();
			throw refusal;
		}
	}

	/** Show the stored copy until the server answers. */
	function showSpare(): void {
		if (spare === null) return;
		const { uid, copy, ...places } = spare;
		spare = null;
		const { server: info, limits: those } = copy.overview;
		const started = new Session(uid, copy.overview, places, line, heardBy, upload);
		try {
			started.restore(copy);
		} catch {
			started.end(); // an unreadable copy, such as one of another version, must not keep the page from connecting
			return;
		}
		batch(() => {
			server.value ??= info;
			limits.value = those;
			session.value = started;
			showLink();
		});
		joining?.joined();
		joining = null;
	}

	/** Whether the server would refuse secrets here. They must not leave the page, because others could read them. */
	function isOverheard({ TOKEN, CODE }: Login): boolean {
		const { SECRETS = true, POLICY = "open" } = server.peek() ?? {};
		return !SECRETS && !(TOKEN !== undefined && CODE === undefined && POLICY === "open");
	}

	function loginWith(credentials: Credentials): Login {
		const DEVICE = deviceName();
		if (credentials.by === "guest") {
			const { uid, nickname, token } = book().invent(credentials.nickname);
			return { UID: uid, UN: nickname, TOKEN: token, DEVICE };
		}
		const { uid } = credentials;
		if (credentials.by === "handover") {
			const { nickname, code: CODE } = credentials;
			const { token } = book().find(uid) ?? book().expect(uid, nickname);
			return { UID: uid, UN: nickname, TOKEN: token, CODE, DEVICE };
		}
		if (credentials.by === "known" || credentials.by === "keep") {
			const known = book().find(uid);
			if (!known) throw new Refusal("token_required", text.peek().chat.noAccount);
			const login = { UID: uid, UN: credentials.nickname ?? known.nickname, TOKEN: known.token, DEVICE };
			return credentials.by === "known" ? login : { ...login, PASSWORD: credentials.password, register: {} };
		}
		const { password: PASSWORD, nickname: UN } = credentials;
		const login = { UID: uid, ...(UN && { UN }), PASSWORD, DEVICE };
		if (credentials.by === "password") return login;
		return { ...login, register: credentials.code ? { CODE: credentials.code } : {} };
	}

	function pushed(push: Push): void {
		const current = session.peek();
		const isPutOut = push.CMD === "EVENT" && push.ROOM === LOBBY && (push.KIND === "kick" || push.KIND === "ban");
		if (isPutOut && push.UID === current?.me) putOut = push;
		if (current) current.push(push);
		else early.push(push);
	}

	function joined(data: Joined, login: LoginAgain): void {
		const { UID: uid, UN: nickname, TOKEN } = login;
		const current = session.peek();
		if (current && current.server !== data.SERVER.ID) {
			meetAnother();
			return;
		}
		token = data.SESSION;
		spare = null;
		putOut = null;
		early = [];
		limits.value = data.LIMITS;
		meet(data.SERVER);
		if (TOKEN) book().put({ uid, nickname, token: TOKEN });
		showAccounts();
		const authorized = world.http.authorize(token).catch(() => {}); // then pictures are not shown, but everything else works
		if (current) {
			tellMissed(current.joined(data, nickname));
			void greet().catch(() => {}); // for a newer page
		} else void begin(data, login, authorized);
	}

	/** Another server answers, and the session cannot continue with it. */
	function meetAnother(): void {
		batch(() => {
			line.leave();
			end({ code: "other_server", text: text.peek().chat.otherServer });
			server.value = null;
		});
	}

	/** The first JOIN of an account on this page. */
	async function begin(data: Joined, { UID, UN }: LoginAgain, authorized: Promise<void>): Promise<void> {
		const meanwhile = early;
		const shelf = await world.shelf(data.SERVER.ID, UID);
		await authorized;
		if (line.status.is === "out") return;
		const about = { server: data.SERVER, limits: data.LIMITS, account: accountOf(UID, UN, data) };
		const places = { shelf, cache: world.cache(data.SERVER.ID, UID) };
		const started = new Session(UID, about, places, line, heardBy, upload);
		const missed = started.joined(data, UN);
		for (const push of meanwhile) started.push(push);
		session.value = started;
		showLink();
		joining?.joined();
		joining = null;
		tellMissed(missed);
	}

	function tellMissed(missed: readonly Missed[]): void {
		if (missed.length > 0) for (const heard of missedBy) heard(missed);
	}

	// How things stand

	function showLink(): void {
		const { status } = line;
		if (status.is === "out") {
			const { ended } = status;
			const wait = ended?.CMD === "ACK" ? ended.RETRY : undefined;
			const why = ended?.CODE === "kicked" || ended?.CODE === "banned" ? putOut : null;
			end(ended && { code: ended.CODE, text: ended.TEXT, reason: why?.MSG, untilMs: why?.UNTIL }, wait);
			return;
		}
		const state = linkState(status);
		if (state.is === "waiting") {
			showSpare();
			session.peek()?.lost();
		}
		const shown: LinkState = state.is === "joined" && session.peek() === null ? { is: "joining" } : state;
		if (JSON.stringify(shown) !== JSON.stringify(link.peek())) link.value = shown;
	}

	function end(ended: Ended | null, retrySeconds: number | null = null): void {
		const was = joining;
		const uid = was?.uid ?? session.peek()?.me;
		joining = null;
		spare = null;
		session.peek()?.end();
		session.value = null;
		link.value = { is: "out", ended: was ? null : ended };
		if (uid !== undefined && ended && (was?.invented || ended.code === "account_deleted")) forget(uid);
		was?.refused(ended ? new Refusal(ended.code, ended.text, retrySeconds) : refusal("cancelled"));
	}

	/** Remove everything of the account from this browser. */
	function forget(uid: Uid): void {
		const id = server.peek()?.ID ?? kept(LAST_SERVER, "");
		book().forget(uid);
		showAccounts();
		forgetDrafts(id, uid);
		forgetEpoch(id, uid);
		void world.cache(id, uid).clear();
		void world.shelf(id, uid).then(empty);
	}

	async function rename(nickname: string): Promise<void> {
		const answer = await new Promise<Answer>((answered) => line.rename(nickname, answered));
		if (answer.TYPE === "FAIL") throw asRefusal(answer);
	}

	/** The session, for methods that need an account. */
	function here(): Session {
		const current = session.peek();
		if (!current) throw refusal("offline");
		return current;
	}

	return {
		link,
		server,
		limits,
		asOf: ofSession((now) => now.asOf, null),
		me: ofSession((now) => now.account, NOBODY),
		accounts,
		outdated: computed(() => page.value !== null && page.value.ours !== page.value.theirs),
		notice: ofSession((now) => now.notice, null),
		rooms,
		people,
		mentions: computed(() => rooms.value.reduce((sum, room) => sum + room.mentions, 0)),
		unread: computed(() => rooms.value.reduce((sum, room) => sum + room.unread, 0)),
		greet,
		join,
		comeBack,
		leave: async () => line.leave(),
		forget,
		retryNow: () => line.retryNow(),
		rename,
		setAway: (away) => session.peek()?.setAway(away),
		room: (id) => {
			rooms.value; // subscribes the caller to changes
			return session.value?.known(id) ?? null;
		},
		person: (uid) => {
			people.value; // subscribes the caller to changes
			return session.value?.people.get(uid) ?? nobody(uid);
		},
		hasNamesake: (uid) => {
			people.value; // subscribes the caller to changes
			return session.value?.people.hasNamesake(uid) ?? false;
		},
		complete: (prefix, room) => session.peek()?.complete(prefix, room) ?? [],
		readMembers: (room) => session.peek()?.readMembers(room),
		ask: async (command, fields) => here().ask(command, fields),
		open: (room) => here().open(room),
		to: (uids) => here().to(uids),
		upload: (file) => here().uploads.of(file),
		progress: (file) => session.value?.uploads.progress(file) ?? null,
		fileUrl: (file) => world.http.fileUrl(file),
		thumbnailUrl: (file) => world.http.thumbnailUrl(file),
		exportOwn: async (options) => {
			const { me, limits } = here();
			return exportOwn((command, fields) => here().ask(command, fields), me, server.peek(), limits.HITS_MAX, options);
		},
		onMessage(heard) {
			heardBy.add(heard);
			return () => heardBy.delete(heard);
		},
		onMissed(heard) {
			missedBy.add(heard);
			return () => missedBy.delete(heard);
		},
	};
}

function linkState(status: Exclude<Status, { is: "out" }>): LinkState {
	if (status.is === "joined" || status.reason === "renaming") return { is: "joined" };
	const { reason } = status;
	if (reason === null) return { is: "joining" };
	const retryAt = status.is === "waiting" ? status.retryAt : null;
	return { is: "waiting", retryAt, reason, text: status.said ?? text.peek().chat[reason] };
}

const nobody = (uid: Uid): Person => ({
	uid,
	nickname: uid,
	presence: "gone",
	role: "member",
	ignored: false,
	seenMs: null,
	bannedUntil: 0,
});

/** The name of this device in the list of devices. */
function deviceName(): string {
	const { userAgent } = navigator;
	const browser = /Firefox|Edg|OPR|Chrome|Safari/.exec(userAgent)?.[0] ?? "Browser";
	const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(userAgent)?.[0];
	const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
	return system ? `${name}, ${system}` : name;
}
