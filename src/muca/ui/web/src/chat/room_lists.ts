/** Loads lists of rooms: the user's own that JOIN did not list, their newest messages, and unknown rooms from the directory. */

import type { Line } from "../wire/socket";
import type { Answers, Room, RoomId } from "../wire/words";
import type { Chat } from "./chat";
import type { Rooms } from "./rooms";

/** Pages of own rooms to load if JOIN does not list all: the 2,000 or so most recently active rooms. */
const OWN_PAGES_MAX = 4;
const OWN_A_PAGE = 500;
/** Size of a page of own rooms that is requested for their newest messages. */
const LAST_A_PAGE = 50;
/** Pages of the directory to load to find one room. */
const DIRECTORY_PAGES_MAX = 20;

export interface RoomListsOutside {
	readonly line: Pick<Line, "ask">;
	/** The answers to ROOMS are added to the rooms. */
	ask: Chat["ask"];
	readonly isJoined: boolean;
	/** These rooms of the user are known now. */
	met(rooms: readonly Room[]): void;
	/** The lists of rooms and people must be shown again soon. */
	listsChanged(): void;
}

export class RoomLists {
	private readonly lookedUp = new Set<RoomId>();
	private lookingUp: Promise<void> = Promise.resolve();
	private isAskingForLast = false;

	constructor(
		private readonly rooms: Rooms,
		private readonly outside: RoomListsOutside,
	) {}

	/** Rooms that were not found may exist in the server's new epoch. */
	forget(): void {
		this.lookedUp.clear();
	}

	/** Load own rooms that JOIN did not list. */
	readOwn(pages = OWN_PAGES_MAX, after?: string): void {
		this.askForOwn({ LIMIT: OWN_A_PAGE, ...(after && { AFTER: after }) }, (page) => {
			if (page === null) return;
			this.rooms.list(page.ROOMS, page.NEXT === undefined);
			this.outside.met(page.ROOMS);
			if (page.NEXT !== undefined && pages > 1) this.readOwn(pages - 1, page.NEXT);
		});
	}

	/** Request unknown newest messages. Their conversations were active recently, so a short page has them. */
	readLast(): void {
		if (!this.outside.isJoined || this.isAskingForLast || this.rooms.unsure.size === 0) return;
		this.isAskingForLast = true;
		this.askForOwn({ LIMIT: LAST_A_PAGE }, (page) => {
			this.isAskingForLast = false;
			if (page) this.rooms.list(page.ROOMS, false);
			this.rooms.unsure.clear();
		});
	}

	/** Look for a room that JOIN did not list in the directory. */
	lookUp(id: RoomId): Promise<void> {
		if (this.rooms.find(id) || this.lookedUp.has(id)) return Promise.resolve();
		this.lookedUp.add(id);
		this.lookingUp = this.lookingUp.then(() => this.readDirectory(id)); // an earlier look-up may find this one, too
		return this.lookingUp;
	}

	/** Without a promise, so that the page is processed before any later push. Null: it was refused. */
	private askForOwn(more: object, heard: (page: Answers["ROOMS"] | null) => void): void {
		this.outside.line.ask({ CMD: "ROOMS", OWN: true, ...more }, (answer) => {
			heard(answer.TYPE === "OKAY" ? (answer.DATA as Answers["ROOMS"]) : null);
			this.outside.listsChanged();
		});
	}

	private async readDirectory(id: RoomId): Promise<void> {
		let after = {};
		try {
			for (let page = 0; page < DIRECTORY_PAGES_MAX && !this.rooms.find(id); page++) {
				const { NEXT } = await this.outside.ask("ROOMS", after);
				if (NEXT === undefined) break;
				after = { AFTER: NEXT };
			}
		} catch {
			this.lookedUp.delete(id);
		}
	}
}
