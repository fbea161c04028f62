import type { Role } from "../../../wire/words";
import { plurals } from "../../plurals";
import { aRole } from "../roles";

const plural = plurals("en");

/** People and actions on them, in a room or on the server. */
export const people = {
	you: "you",
	here: "online",
	away: "away",
	gone: "offline",
	seen: (ago: string) => `last seen ${ago}`,
	readable: "People",
	filter: "Find a person",
	nobody: "No one with that name",
	menu: (name: string) => `Actions for ${name}`,
	banned: (until: string | null) => (until ? `banned until ${until}` : "banned"),
	muted: (until: string | null) => (until ? `muted until ${until}` : "muted"),
	profile: "About this person",

	deedsIn: (where: string | null) => (where ? `In ${where}` : "On the server"),
	write: "Write a private message",
	ignore: "Ignore",
	unignore: "Stop ignoring",
	ignoreHint: "You will not see their messages. Nobody else will know.",
	role: (role: Role) => `Make ${aRole[role]}`,
	kick: "Remove",
	mute: "Mute",
	unmute: "Unmute",
	ban: "Ban",
	unban: "Unban",
	purge: "Delete all messages",
	invite: "Invite",

	/** The dialogs: `where` is the title of a room, null the whole server. */
	kickTitle: (who: string, where: string | null) => `Remove ${who} from ${where ?? "the server"}?`,
	kickText: (where: string | null): string =>
		where ? "They can join the room again." : "They are disconnected on all devices. They can join again.",
	muteTitle: (who: string, where: string | null) => `Mute ${who} ${where ? `in ${where}` : "everywhere"}?`,
	muteText: "They can read but not write.",
	banTitle: (who: string, where: string | null) => `Ban ${who} from ${where ?? "the server"}?`,
	banText: (where: string | null): string =>
		where
			? "They are removed from the room and cannot join it again."
			: "They are disconnected on all devices and cannot join again.",
	withAddress: "Ban the IP address too",
	withAddressHint:
		"This also keeps out others who share that address, for example at the same school or home. You can lift the ban under Administration → Bans and mutes.",
	withMessages: "Delete all their messages",
	purgeTitle: (who: string, where: string | null) => `Delete all messages from ${who}${where ? ` in ${where}` : ""}?`,
	purgeText: "They will be deleted from this room for everyone. This cannot be undone.",
	purgeServerText:
		"They will be deleted for everyone, in “Everyone” and in all rooms on your list that you moderate. This cannot be undone.",
	purgedSoFar: (count: number) => `${plural(count, "# message", "# messages")} deleted so far`,
	purged: (who: string, count: number) =>
		count === 0
			? `There are no messages from ${who} to delete`
			: `${plural(count, "# message", "# messages")} from ${who} deleted`,
	roleTitle: (who: string, role: Role) => `Make ${who} ${aRole[role]}?`,
	roleText: {
		owner: "Owners can do everything, including making other people owners. Only they themselves can give up the role.",
		moderator: "Moderators can change the room, and mute, remove and ban members.",
		member: "They lose the permissions of their current role here.",
	},
	openServer: "They can join under another name",
	openServerText:
		"This server is open, so they can come back with a new name. To prevent that, ban them together with their address, or require accounts (policy in muca.toml, see docs/OPERATING.md).",
	howLong: "Duration",
	forGood: "Until lifted",
	reason: "Reason",
	reasonHint: "Everyone in the conversation can see this.",

	newTitle: "New message",
	newHint: "Choose one person for a private conversation, several for a group.",
	newPlaceholder: "Type a name",
	remove: (name: string) => `Remove ${name}`,
	start: (count: number) => plural(count, "Start private conversation", "Start group with # people"),
	tooMany: (max: number) => plural(max, "At most # person.", "At most # people."),

	reportTitle: "Report this message",
	reportText: "Moderators will see the message, your name and your reason. Nobody else will know.",
	reportReason: "What is wrong with it?",
	report: "Report",
	reported: "Reported. The moderators will look at it.",
};
