/**
 * The current place, in the fragment of the page's address. So the browser's Back leads from a panel to the room, and from the
 * room to the list (on a phone), and addresses can be shared.
 *
 * `#/` the list · `#/room/<id>` · `#/room/<id>/<seq>` a message · `#/room/<id>/<panel>` · `#/room/<id>/<seq>/<panel>` · `#/invite/<code>`
 * `#/handover/<uid>/<code>/<nickname>` the user's account at another address of the server
 */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { RoomId, Seq, Uid } from "../wire/words";
import { addressesForOthers } from "./addresses";
import { enter, hasPlaceBeneath, startLayers } from "./layers";

const PANELS = ["people", "pins", "about"] as const;
export type Panel = (typeof PANELS)[number];

export interface RoomRoute {
	is: "room";
	room: RoomId;
	seq: Seq | null;
	panel: Panel | null;
}

export interface HandoverRoute {
	is: "handover";
	uid: Uid;
	code: string;
	nickname: string;
}

export type Route = { is: "list" } | RoomRoute | { is: "invite"; code: string } | HandoverRoute;

const here = signal<Route>({ is: "list" });
export const route: ReadonlySignal<Route> = here;

export function parseRoute(hash: string): Route {
	const [kind, name, ...more] = hash
		.replace(/^#?\/?/, "")
		.split("/")
		.map(decoded);
	if (kind === "invite" && name) return { is: "invite", code: name };
	const [code, nickname] = more;
	if (kind === "handover" && name && code && nickname) return { is: "handover", uid: name, code, nickname };
	if (kind !== "room" || !name) return { is: "list" };
	const seq = more.find((part) => /^[1-9]\d{0,15}$/.test(part));
	const panel = PANELS.find((each) => more.includes(each)) ?? null;
	return { is: "room", room: name, seq: seq === undefined ? null : Number(seq), panel };
}

export function formatRoute(to: Route): string {
	switch (to.is) {
		case "list":
			return "#/";
		case "invite":
			return `#/invite/${encodeURIComponent(to.code)}`;
		case "handover":
			return `#/handover/${[to.uid, to.code, to.nickname].map(encodeURIComponent).join("/")}`;
		case "room": {
			const parts = [to.room, to.seq, to.panel].filter((part) => part !== null);
			return `#/room/${parts.map(encodeURIComponent).join("/")}`;
		}
	}
}

/** The route to a room, or to a message or panel of it. */
export function roomRoute(
	room: RoomId,
	{ seq = null, panel = null }: { seq?: Seq | null; panel?: Panel | null } = {},
): RoomRoute {
	return { is: "room", room, seq, panel };
}

/** A link to a route, for people who use the page at this address. */
export const linkTo = (to: Route, address: string): string =>
	new URL(to.is === "list" ? "" : formatRoute(to), address).href;

/** The link of a message, to share; `urls`: the server's addresses for others, if known. */
export function permalink(room: RoomId, seq: Seq, urls: readonly string[] = []): string {
	return linkTo(roomRoute(room, { seq }), addressesForOthers(location.href, urls, "http:")[0] ?? location.href);
}

/** Go to a route. With `replace`, Back does not return here. Back never returns to closed layers. */
export function go(to: Route, { replace = false }: { replace?: boolean } = {}): void {
	enter(formatRoute(to), { replace });
	here.value = to;
}

/** Go back to the previous place in the page, or else to `fallback`. */
export function goBack(fallback: Route): void {
	if (hasPlaceBeneath()) history.back();
	else go(fallback, { replace: true });
}

/** Start following the address. `underlay`: if the page is opened at a room, put the list beneath it for Back. */
export function startRouting({ underlay }: { underlay: boolean }): () => void {
	const follow = () => {
		here.value = parseRoute(location.hash);
	};
	follow();
	const stop = startLayers(follow);
	if (underlay && here.value.is === "room" && !hasPlaceBeneath()) {
		const { value } = here;
		go({ is: "list" }, { replace: true });
		go(value);
	}
	return stop;
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return ""; // a damaged address
	}
}
