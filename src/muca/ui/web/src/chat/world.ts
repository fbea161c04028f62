/** The environment of the chat: the server, and what this browser stores. */

import { type Http, http } from "../wire/http";
import { type Socket, websocket } from "../wire/socket";
import type { Uid } from "../wire/words";
import { type Cache, openCache } from "./cache";
import { openShelf, type Shelf } from "./shelf";

export interface World {
	http: Http;
	open(): Socket;
	shelf(server: string, uid: Uid): Promise<Shelf>;
	cache(server: string, uid: Uid): Cache;
}

export const browser: World = { http, open: websocket, shelf: openShelf, cache: openCache };
