import { plurals } from "../../plurals";

const plural = plurals("en");

export const find = {
	palette: "Jump to",
	palettePlaceholder: "Room, person, day or command",
	paletteHint: "↑ ↓ to choose, Enter to open, Esc to close",
	searchFor: (what: string) => `Search messages for “${what}”`,
	rooms: "Rooms",
	people: "People",
	commands: "Commands",
	dates: "Days",
	goToDay: (day: string, room: string) => `${day} in ${room}`,
	command: {
		search: "Search messages",
		write: "New message",
		browse: "Browse rooms",
		create: "Create a room",
		room: "About this room",
		settings: "Settings",
		notifications: "Notifications",
		theme: "Theme: light or dark",
		away: "Set as away",
		back: "Set as active",
		server: "Administration",
		invitations: "Invite people",
		share: "Address and QR code",
		keys: "Keyboard shortcuts",
		formatting: "Formatting",
		leave: "Leave the server",
	},

	search: "Search",
	query: "Search messages",
	placeholder: 'Words, or "an exact phrase"',
	filters: "Filters",
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
		more
			? plural(count, "The newest message", "The newest # messages")
			: plural(count, "# message found", "# messages found"),
	start: "Search messages",
	startText:
		"Finds messages that contain all your words: in “Everyone”, your rooms and conversations, and public rooms.",
	nothing: "Nothing found",
	nothingText: "Try fewer words or other filters. Words of three or more letters are also found inside longer words.",
	more: "Show more",
};
