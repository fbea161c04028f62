/** The whole chat in one browser, against the simulated server. */

import { effect, type ReadonlySignal } from "@preact/signals";
import type { Chat, Conversation, Row } from "../chat/chat";
import { createChat } from "../chat/create";
import { HttpFailure, http } from "../wire/http";
import type { FileInfo, ServerInfo } from "../wire/words";
import type { FakeRoom } from "./server/room";
import { FakeServer } from "./server/server";
import { memoryCache, memoryShelf } from "./storage";

const DEADLINE_MS = 4_000;

export class Scene {
	readonly server = new FakeServer();
	readonly cache = memoryCache();
	shelf = memoryShelf();
	/** Number of connections so far. */
	opened = 0;
	/** More of what the server says about itself. */
	greeting: Partial<ServerInfo> = {};
	answersHttp = true;
	/** Resolves once HTTP knows the session. */
	authorized: Promise<void> = Promise.resolve();

	/** Mary is there. */
	constructor() {
		localStorage.clear();
		this.server.set("mary@lab", "Mary", "here");
	}

	/** Uploads a file to the server. */
	upload = async (file: File, _progress: (share: number) => void): Promise<FileInfo> => {
		const info = { FILE: `f-${file.name}`, NAME: file.name, TYPE: file.type, BYTES: file.size };
		this.server.files.set(info.FILE, info);
		return info;
	};

	/** A page. */
	chat(): Chat {
		return createChat({
			open: () => {
				this.opened += 1;
				return this.server.connect();
			},
			shelf: async () => this.shelf,
			cache: () => this.cache,
			http: {
				...http,
				server: async () => {
					if (!this.answersHttp) throw new HttpFailure("unreachable", "");
					return { ID: this.server.id, NAME: "Fake", VERSION: "0", ...this.greeting };
				},
				authorize: () => this.authorized,
				upload: (file, _session, progress) => ({ done: this.upload(file, progress), cancel() {} }),
			},
		});
	}

	/** A page whose user has joined. */
	async joined(nickname = "Tony"): Promise<Chat> {
		const chat = this.chat();
		await chat.join({ by: "guest", nickname });
		return chat;
	}

	/** Mary writes in the lobby. */
	say(...texts: string[]): FakeRoom {
		const room = this.server.find("lobby", "mary@lab");
		for (const text of texts) this.server.say(room, "mary@lab", text);
		return room;
	}
}

export const lobby = (chat: Chat): Conversation => chat.open("lobby");

/** Wait until a signal's value is as wanted. */
export function until<T>(signal: ReadonlySignal<T>, wanted: (value: T) => boolean): Promise<T> {
	return new Promise((resolve, reject) => {
		const late = setTimeout(() => reject(new Error(`still ${JSON.stringify(signal.peek())}`)), DEADLINE_MS);
		const stop = effect(() => {
			const { value } = signal;
			if (!wanted(value)) return;
			clearTimeout(late);
			queueMicrotask(() => stop());
			resolve(value);
		});
	});
}

export const texts = (rows: readonly Row[]): string[] =>
	rows.flatMap((row) => (row.is === "message" ? [row.message.text] : []));

/** Whether the rows have exactly these messages. */
export const has =
	(...wanted: string[]) =>
	(rows: readonly Row[]): boolean =>
		JSON.stringify(texts(rows)) === JSON.stringify(wanted);
