/** The actions to offer. The server decides (docs/PERMISSIONS.md); this only hides what it would refuse. */

import type { Role, Room } from "../../wire/words";

const RANKS: Record<Role, number> = { guest: 0, member: 1, moderator: 2, owner: 3 };
const rank = (role: Role): number => RANKS[role];
const moderates = (role: Role): boolean => rank(role) >= rank("moderator");

export interface Rights {
	/** Title, topic, read-only, slow mode. */
	set: boolean;
	/** Archive or unarchive; make public or private. */
	archive: boolean;
	/** Set how long messages are kept. */
	keep: boolean;
	invite: boolean;
	enter: boolean;
	leave: boolean;
	/** Kick, mute, ban; reports, bans, log. */
	moderate: boolean;
	giveRoles: boolean;
	/** Delete what others wrote. */
	purge: boolean;
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
	purge: false,
};

/** The rights on the server of somebody with this role. */
export const rightsOnServer = (role: Role): Rights => ({
	...NONE,
	moderate: moderates(role),
	giveRoles: role === "owner",
	purge: moderates(role),
});

/** The rights in a room of somebody with this role on the server. */
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
		purge: live && moderates(role),
	};
}

/** In public rooms, the role on the server counts if it is higher. */
function roleIn(room: Room, onServer: Role): Role {
	const role = room.ROLE ?? "member";
	return !room.PRIVATE && moderates(onServer) && rank(onServer) > rank(role) ? onServer : role;
}

export interface Deeds {
	kick: boolean;
	mute: boolean;
	ban: boolean;
	/** Delete all their messages. */
	purge: boolean;
	/** The roles that can be assigned. */
	roles: readonly Role[];
}

export const NO_DEEDS: Deeds = { kick: false, mute: false, ban: false, purge: false, roles: [] };

/** The permitted actions on somebody with that role, in the same place. Only lower roles can be acted on; messages of equals can be deleted, too. */
export function deedsAbout(rights: Rights, mine: Role, theirs: Role): Deeds {
	const power = rights.moderate && rank(mine) > rank(theirs);
	const given: Role[] = ["owner", "moderator", "member"];
	return {
		kick: power,
		mute: power && !moderates(theirs), // their role must be taken away first
		ban: power,
		purge: rights.purge && rank(mine) >= rank(theirs),
		roles: power && rights.giveRoles && theirs !== "guest" ? given.filter((role) => role !== theirs) : [],
	};
}

/** The role that counts for power in a room. */
export const powerIn = (room: Room, onServer: Role): Role =>
	room.KIND === "lobby" ? onServer : roleIn(room, onServer);
