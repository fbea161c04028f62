import { plurals } from "../../plurals";

const plural = plurals("en");

export const find = {
	palette: "Jump to",
	palettePlaceholder: "A room, a person, a day, or what you want to do",
	paletteHint: "↑ ↓ to choose, Enter to go, Esc to close",
	searchFor: (what: string) => `Search messages for “${what}”`,
	rooms: "Rooms",
	people: "People",
	commands: "Do",
	dates: "Days",
	goToDay: (day: string, room: string) => `${day} in ${room}`,
	command: {
		search: "Search messages",
		write: "Write to people",
		browse: "Browse rooms",
		create: "Make a room",
		room: "About this room",
		settings: "Settings",
		notifications: "Notifications",
		theme: "Light or dark",
		away: "I am away",
		back: "I am back",
		server: "Look after the server",
		invitations: "Invite people",
		keys: "Keyboard shortcuts",
		formatting: "Formatting",
		leave: "Leave the server",
	},

	search: "Search",
	query: "Search messages",
	placeholder: 'Words, or "words side by side"',
	filters: "Narrow it down",
	from: "From",
	in: "In",
	after: "After",
	before: "Before",
	link: "With a link",
	file: "With a file",
	anyone: "anyone",
	anywhere: "anywhere",
	day: (name: string) => `${name} (day)`,
	clear: "Clear",
	results: (count: number, more: boolean) =>
		more ? plural(count, "The newest", "The newest #") : plural(count, "# message found", "# messages found"),
	start: "Find what was said",
	startText:
		"All words must be in the message. Search looks in Everyone, your rooms and conversations, and public rooms.",
	nothing: "Nothing found",
	nothingText:
		"Try fewer words or another filter. A part of a longer word is found, too; one or two letters only as a word.",
	more: "Show more",
};
