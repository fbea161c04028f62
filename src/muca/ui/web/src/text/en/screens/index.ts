import { plurals } from "../../plurals";
import { find } from "./find";
import { formatting } from "./formatting";
import { join } from "./join";
import { keys } from "./keys";
import { people } from "./people";
import { rooms } from "./rooms";
import { server } from "./server";
import { settings } from "./settings";
import { share } from "./share";

const plural = plurals("en");

export const screens = {
	find,
	formatting,
	join,
	keys,
	people,
	rooms,
	server,
	settings,
	share,

	/** Texts of several screens. */
	all: {
		address: "Page address",
		addressHint: "Choose one that others can reach. In most networks, any of them works.",
		noAddress: "Others cannot reach this server",
		noAddressText:
			"You opened this page at an address that works only on this computer, and the server has no other. Start it with --host 0.0.0.0, or set url in muca.toml.",
		cancel: "Cancel",
		certificate:
			"On the first visit, browsers warn about this address because the server uses its own certificate. Choose “Advanced”, then continue.",
		copied: "Copied",
		copy: "Copy",
		done: "Done",
		full: (chars: number) => `The limit is ${chars} characters.`,
		loading: "Loading…",
		notLoaded: "This could not be loaded",
		notLoadedText: "The server is not responding or has a newer version. Reload the page when it is back.",
		open: "Open",
		qr: "QR code for the link",
		reload: "Reload",
		save: "Save",
		saved: "Saved",
		tryAgain: "Try again",
		forGood: "until lifted",
		wait: (time: string) => `Try again in ${time}.`,
	},
	time: {
		justNow: "just now",
		seconds: (count: number) => plural(count, "# second", "# seconds"),
		minutes: (count: number) => plural(count, "# minute", "# minutes"),
		hours: (count: number) => plural(count, "# hour", "# hours"),
		days: (count: number) => plural(count, "# day", "# days"),
		years: (count: number) => plural(count, "# year", "# years"),
	},
	notify: {
		title: (who: string, where: string) => `${who} in ${where}`,
		files: (count: number) => plural(count, "A file", "# files"),
		missed: "While you were away",
		missedIn: (where: string, count: number) => `${where}: ${plural(count, "# new message", "# new messages")}`,
		mentionedIn: (where: string, count: number) =>
			`${where}: ${plural(count, "# mention of you", "# mentions of you")}`,
		missedElsewhere: (count: number) => plural(count, "and in # other room", "and in # other rooms"),
	},
	/** Roles beside a name. */
	roles: { owner: "Owner", moderator: "Moderator", member: "Member", guest: "Guest" },
};
