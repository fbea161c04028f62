/** Starts and ends sessions: joining, coming back with the stored copy while the server is away, and leaving. */

import { batch, type Signal, signal } from "@preact/signals";
import { text } from "../text";
import { USUAL_LIMITS } from "../wire/limits";
import type { Answer, Login, LoginAgain, Status } from "../wire/link";
import { connectLine, type Line } from "../wire/socket";
import type { Event, Joined, Limits, Push, Uid } from "../wire/words";
import type { Cache, Copy } from "./cache";
import { type Credentials, type Ended, type Heard, type LinkState, type Missed, Refusal } from "./chat";
import { forgetDrafts } from "./drafts";
import type { Host } from "./host";
import { loginWith, refuseOverheard } from "./login";
import { asRefusal, refusal } from "./refusal";
import { type About, accountOf, forgetEpoch, Session } from "./session";
import { empty, type Shelf } from "./shelf";
import type { UploadsOutside } from "./uploads";
import type { World } from "./world";

/** Time to wait for the server before the stored copy is shown. */
const PATIENCE_MS = 2_000;

const LOBBY = "lobby";

export class Sessions {
	readonly link: Signal<LinkState> = signal({ is: "out", ended: null });
	readonly limits: Signal<Limits> = signal(USUAL_LIMITS);
	readonly current: Signal<Session | null> = signal(null);
	readonly heardBy = new Set<(heard: Heard) => void>();
	readonly missedBy = new Set<(missed: readonly Missed[]) => void>();
	readonly line: Line;
	/** The id of the live session, which authorises HTTP. */
	private token = "";
	/** A pending join(); `invented`: its guest was created for it. */
	private joining: { uid: Uid; invented: boolean; joined(): void; refused(refusal: Refusal): void } | null = null;
	/** The moderator's event that ends the session. The BYE that follows has no reason. */
	private putOut: Event | null = null;
	/** The stored copy of the returning user, until a session starts. */
	private spare: { uid: Uid; cache: Cache; shelf: Shelf; copy: Copy } | null = null;
	/** Pushes since the first JOIN, until its session has started here. */
	private early: Push[] = [];

	constructor(
		private readonly world: World,
		private readonly host: Host,
	) {
		this.line = connectLine(world.open, {
			joined: (data, login) => this.joined(data, login),
			pushed: (push) => this.pushed(push),
			changed: () => this.showLink(),
		});
		// An account that was removed in one tab must leave in all tabs, or they would store its data again.
		addEventListener("storage", () => {
			const session = this.current.peek();
			if (session && host.accounts.find(session.me) === null) this.line.leave();
		});
	}

	// Coming

	/** Rejects with a `Refusal`. */
	async join(credentials: Credentials): Promise<void> {
		const { host } = this;
		if (host.server.peek() === null) {
			await host.greet().catch((failure) => {
				if (!host.lastId) throw failure;
			});
		}
		const isKnown = "uid" in credentials && host.accounts.find(credentials.uid) !== null;
		const login = loginWith(credentials, host.accounts);
		if (credentials.by !== "guest") refuseOverheard(login, host.server.peek());
		this.line.leave();
		await this.start(login, { invented: credentials.by === "guest" || (credentials.by === "handover" && !isKnown) });
	}

	/** Join again as the last user. Rejects with a `Refusal`. */
	async comeBack(uid: Uid): Promise<void> {
		const { world, host } = this;
		const id = host.lastId;
		const cache = world.cache(id, uid);
		const greeted = host.greet().catch(() => {});
		const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));
		const [copy, shelf] = await Promise.all([cache.read(), world.shelf(id, uid), Promise.race([greeted, late])]);
		try {
			const login = loginWith({ by: "known", uid }, host.accounts);
			refuseOverheard(login, host.server.peek());
			if (!copy || (host.server.peek() ?? copy.overview.server).ID !== id) return await this.start(login);
			this.spare = { uid, cache, shelf, copy };
			void late.then(() => this.showSpare());
			await this.start(login, { copy });
		} catch (refusal) {
			void cache.clear();
			throw refusal;
		}
	}

	async rename(nickname: string): Promise<void> {
		const answer = await new Promise<Answer>((answered) => this.line.rename(nickname, answered));
		if (answer.TYPE === "FAIL") throw asRefusal(answer);
	}

	/** Remove everything of the account from this browser. */
	forget(uid: Uid): void {
		const { world, host } = this;
		host.accounts.forget(uid);
		host.showAccounts();
		forgetDrafts(host.id, uid);
		forgetEpoch(host.id, uid);
		void world.cache(host.id, uid).clear();
		void world.shelf(host.id, uid).then(empty);
	}

	// Inside

	private start(login: Login, { invented = false, copy }: { invented?: boolean; copy?: Copy } = {}): Promise<void> {
		return new Promise((resolve, reject) => {
			this.joining = { uid: login.UID, invented, joined: resolve, refused: reject };
			this.line.start(login, { again: copy !== undefined, epoch: copy?.overview.epoch });
		});
	}

	private begin(uid: Uid, about: About, places: { shelf: Shelf; cache: Cache }): Session {
		const upload: UploadsOutside["upload"] = (file, progress) => this.world.http.upload(file, this.token, progress);
		return new Session(uid, about, places, this.line, this.heardBy, upload);
	}

	/** Show the stored copy until the server answers. */
	private showSpare(): void {
		if (this.spare === null) return;
		const { uid, copy, ...places } = this.spare;
		this.spare = null;
		const session = this.begin(uid, copy.overview, places);
		try {
			session.restore(copy);
		} catch {
			session.end(); // an unreadable copy, such as one of another version, must not keep the page from connecting
			return;
		}
		batch(() => {
			this.host.server.value ??= copy.overview.server;
			this.limits.value = copy.overview.limits;
			this.current.value = session;
			this.showLink();
		});
		this.joining?.joined();
		this.joining = null;
	}

	private pushed(push: Push): void {
		const session = this.current.peek();
		const isPutOut = push.CMD === "EVENT" && push.ROOM === LOBBY && (push.KIND === "kick" || push.KIND === "ban");
		if (isPutOut && push.UID === session?.me) this.putOut = push;
		if (session) session.push(push);
		else this.early.push(push);
	}

	private joined(data: Joined, login: LoginAgain): void {
		const { host } = this;
		const { UID: uid, UN: nickname, TOKEN } = login;
		const session = this.current.peek();
		if (session && session.server !== data.SERVER.ID) {
			this.meetAnother();
			return;
		}
		this.token = data.SESSION;
		this.spare = null;
		this.putOut = null;
		this.early = [];
		this.limits.value = data.LIMITS;
		host.meet(data.SERVER);
		if (TOKEN) host.accounts.put({ uid, nickname, token: TOKEN });
		host.showAccounts();
		const authorized = this.world.http.authorize(this.token).catch(() => {}); // then pictures are not shown, but everything else works
		if (session) {
			this.tellMissed(session.joined(data, nickname));
			void host.greet().catch(() => {}); // for a newer page
		} else void this.joinedFirst(data, login, authorized);
	}

	/** Another server answers, and the session cannot continue with it. */
	private meetAnother(): void {
		batch(() => {
			this.line.leave();
			this.end({ code: "other_server", text: text.peek().chat.otherServer });
			this.host.server.value = null;
		});
	}

	/** The first JOIN of an account on this page. */
	private async joinedFirst(data: Joined, { UID, UN }: LoginAgain, authorized: Promise<void>): Promise<void> {
		const meanwhile = this.early;
		const shelf = await this.world.shelf(data.SERVER.ID, UID);
		await authorized;
		if (this.line.status.is === "out") return;
		const about = { server: data.SERVER, limits: data.LIMITS, account: accountOf(UID, UN, data) };
		const session = this.begin(UID, about, { shelf, cache: this.world.cache(data.SERVER.ID, UID) });
		const missed = session.joined(data, UN);
		for (const push of meanwhile) session.push(push);
		this.current.value = session;
		this.showLink();
		this.joining?.joined();
		this.joining = null;
		this.tellMissed(missed);
	}

	private tellMissed(missed: readonly Missed[]): void {
		if (missed.length > 0) for (const heard of this.missedBy) heard(missed);
	}

	private showLink(): void {
		const { status } = this.line;
		if (status.is === "out") {
			const { ended } = status;
			const wait = ended?.CMD === "ACK" ? ended.RETRY : undefined;
			const why = ended?.CODE === "kicked" || ended?.CODE === "banned" ? this.putOut : null;
			this.end(ended && { code: ended.CODE, text: ended.TEXT, reason: why?.MSG, untilMs: why?.UNTIL }, wait);
			return;
		}
		const state = linkState(status);
		if (state.is === "waiting") {
			this.showSpare();
			this.current.peek()?.lost();
		}
		const shown: LinkState = state.is === "joined" && this.current.peek() === null ? { is: "joining" } : state;
		if (JSON.stringify(shown) !== JSON.stringify(this.link.peek())) this.link.value = shown;
	}

	private end(ended: Ended | null, retrySeconds: number | null = null): void {
		const was = this.joining;
		const uid = was?.uid ?? this.current.peek()?.me;
		this.joining = null;
		this.spare = null;
		this.current.peek()?.end();
		this.current.value = null;
		this.link.value = { is: "out", ended: was ? null : ended };
		if (uid !== undefined && ended && (was?.invented || ended.code === "account_deleted")) this.forget(uid);
		was?.refused(ended ? new Refusal(ended.code, ended.text, retrySeconds) : refusal("cancelled"));
	}
}

function linkState(status: Exclude<Status, { is: "out" }>): LinkState {
	if (status.is === "joined" || status.reason === "renaming") return { is: "joined" };
	const { reason } = status;
	if (reason === null) return { is: "joining" };
	const retryAt = status.is === "waiting" ? status.retryAt : null;
	return { is: "waiting", retryAt, reason, text: status.said ?? text.peek().chat[reason] };
}
