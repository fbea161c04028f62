import { plurals } from "../../plurals";

const plural = plurals("en");

/** People and what one may do about them, in a room or on the server. */
export const people = {
	you: "you",
	here: "here",
	away: "away",
	gone: "not here",
	seen: (ago: string) => `last seen ${ago}`,
	readable: "People",
	filter: "Find a person",
	nobody: "Nobody is called that",
	menu: (name: string) => `What to do about ${name}`,
	banned: (until: string | null) => (until ? `banned until ${until}` : "banned"),
	muted: (until: string | null) => (until ? `muted until ${until}` : "muted"),
	profile: "About this person",

	deedsIn: (where: string | null) => (where ? `In ${where}` : "On the server"),
	write: "Write a private message",
	ignore: "Ignore",
	unignore: "Stop ignoring",
	ignoreHint: "What they say is hidden for you. Nobody else is told.",
	role: (role: string) => `Make ${role.toLowerCase()}`,
	kick: "Put out",
	mute: "Mute",
	unmute: "Let speak again",
	ban: "Ban",
	unban: "Lift ban",
	invite: "Invite",

	/** The dialogs: `where` is the title of a room, null the whole server. */
	kickTitle: (who: string, where: string | null) => `Put ${who} out of ${where ?? "the server"}?`,
	kickText: (where: string | null): string =>
		where ? "They leave the room, and may come back." : "All their windows are closed. They may come back.",
	muteTitle: (who: string, where: string | null) => `Mute ${who} ${where ? `in ${where}` : "everywhere"}?`,
	muteText: "They can read, and say nothing.",
	banTitle: (who: string, where: string | null) => `Ban ${who} from ${where ?? "the server"}?`,
	banText: (where: string | null): string =>
		where
			? "They are put out and cannot come back into the room."
			: "Their windows are closed and they cannot come back.",
	roleTitle: (who: string, role: string) => `Make ${who} ${role.toLowerCase()}?`,
	roleText: {
		owner: "Owners may do everything, also make other owners. Only they can give it back.",
		moderator: "Moderators change the room, and can mute, put out and ban members.",
		member: "They keep nothing of their power here.",
	},
	openServer: "Anyone can come as somebody else",
	openServerText:
		'This server is open: it stops a name, not a person who types another one. What helps is accounts only (policy = "registered" or "invite" in muca.toml, see docs/OPERATING.md), or banning the address, under “Bans and mutes” of the server.',
	howLong: "For how long",
	forGood: "Until it is lifted",
	reason: "Reason",
	reasonHint: "It stands in the conversation, where everyone can read it.",

	newTitle: "Write to people",
	newHint: "One person is a private conversation, several are a group.",
	newPlaceholder: "Type a name",
	remove: (name: string) => `Take ${name} out`,
	start: (count: number) => plural(count, "Start private conversation", "Start group of #"),
	tooMany: (max: number) => plural(max, "At most # person.", "At most # people."),

	reportTitle: "Report this message",
	reportText: "The moderators get to see it, with your name and reason. Nobody else is told.",
	reportReason: "What is wrong with it?",
	report: "Report",
	reported: "Reported. The moderators will look at it.",
};
