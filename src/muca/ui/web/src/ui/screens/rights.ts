/** Which deeds to offer. The server decides (docs/PERMISSIONS.md); this only spares people what would be refused anyway. */

import type { Role, Room } from "../../wire/words";

const RANKS: Record<Role, number> = { guest: 0, member: 1, moderator: 2, owner: 3 };
const rank = (role: Role): number => RANKS[role];
const moderates = (role: Role): boolean => rank(role) >= rank("moderator");

export interface Rights {
	/** Title, topic, read-only, slow mode. */
	set: boolean;
	/** Archive it or take it back; public or private. */
	archive: boolean;
	/** How long messages are kept. */
	keep: boolean;
	invite: boolean;
	enter: boolean;
	leave: boolean;
	/** Kick, mute, ban; reports, bans, log. */
	moderate: boolean;
	giveRoles: boolean;
}

const NONE: Rights = {
	set: false,
	archive: false,
	keep: false,
	invite: false,
	enter: false,
	leave: false,
	moderate: false,
	giveRoles: false,
};

/** What somebody with this role on the server may do on it as a whole. */
export const rightsOnServer = (role: Role): Rights => ({
	...NONE,
	moderate: moderates(role),
	giveRoles: role === "owner",
});

/** What somebody with this role on the server may do in a room. */
export function rightsIn(room: Room, onServer: Role): Rights {
	const live = !room.ARCHIVED;
	if (room.KIND === "lobby") {
		return { ...rightsOnServer(onServer), set: live && moderates(onServer), keep: onServer === "owner" };
	}
	if (room.KIND !== "named") return NONE;
	const inIt = room.ENTERED !== false;
	const role = roleIn(room, onServer);
	const owns = inIt && role === "owner";
	return {
		set: live && moderates(role),
		archive: owns,
		keep: owns,
		invite: live && inIt && (room.PRIVATE ? moderates(role) : role !== "guest"),
		enter: live && !inIt && onServer !== "guest",
		leave: inIt,
		moderate: moderates(role),
		giveRoles: owns,
	};
}

/** In public rooms, the server's owners and moderators are what they are on the server, if that is more. */
function roleIn(room: Room, onServer: Role): Role {
	const role = room.ROLE ?? "member";
	return !room.PRIVATE && moderates(onServer) && rank(onServer) > rank(role) ? onServer : role;
}

export interface Deeds {
	kick: boolean;
	mute: boolean;
	ban: boolean;
	/** Roles to give. */
	roles: readonly Role[];
}

/** What may be done about somebody else with that role, in the place that the rights are about. One has power over lower roles only. */
export function deedsAbout(rights: Rights, mine: Role, theirs: Role): Deeds {
	const power = rights.moderate && rank(mine) > rank(theirs);
	const given: Role[] = ["owner", "moderator", "member"];
	return {
		kick: power,
		mute: power && !moderates(theirs), // a role that has power is taken first
		ban: power,
		roles: power && rights.giveRoles && theirs !== "guest" ? given.filter((role) => role !== theirs) : [],
	};
}

/** The role that counts for power in a room. */
export const powerIn = (room: Room, onServer: Role): Role =>
	room.KIND === "lobby" ? onServer : roleIn(room, onServer);
