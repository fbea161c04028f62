import type { Texts } from "../../en";
import { plurals } from "../../plurals";

const plural = plurals("de");

export const find: Texts["screens"]["find"] = {
	palette: "Springen",
	palettePlaceholder: "Ein Raum, eine Person, ein Tag, oder was du tun willst",
	paletteHint: "↑ ↓ zum Wählen, Enter zum Öffnen, Esc zum Schließen",
	searchFor: (what) => `In Nachrichten nach „${what}“ suchen`,
	rooms: "Räume",
	people: "Personen",
	commands: "Tun",
	dates: "Tage",
	goToDay: (day, room) => `${day} in ${room}`,
	command: {
		search: "Nachrichten durchsuchen",
		write: "Leuten schreiben",
		browse: "Räume ansehen",
		create: "Raum anlegen",
		room: "Über diesen Raum",
		settings: "Einstellungen",
		notifications: "Benachrichtigungen",
		theme: "Hell oder dunkel",
		away: "Ich bin weg",
		back: "Ich bin wieder da",
		server: "Nach dem Server sehen",
		invitations: "Leute einladen",
		keys: "Tastenkürzel",
		formatting: "Formatierung",
		leave: "Server verlassen",
	},

	search: "Suche",
	query: "Nachrichten durchsuchen",
	placeholder: 'Wörter, oder "Wörter nebeneinander"',
	filters: "Eingrenzen",
	from: "Von",
	in: "In",
	after: "Nach",
	before: "Vor",
	link: "Mit Link",
	file: "Mit Datei",
	anyone: "allen",
	anywhere: "überall",
	day: (name) => `${name} (Tag)`,
	clear: "Leeren",
	results: (count, more) =>
		more
			? plural(count, "Die neueste", "Die neuesten #")
			: plural(count, "# Nachricht gefunden", "# Nachrichten gefunden"),
	start: "Finde, was gesagt wurde",
	startText:
		"Alle Wörter müssen in der Nachricht stehen. Gesucht wird in „Alle“, deinen Räumen und Gesprächen und in öffentlichen Räumen.",
	nothing: "Nichts gefunden",
	nothingText:
		"Versuche weniger Wörter oder einen anderen Filter. Auch Teile längerer Wörter werden gefunden, ein oder zwei Buchstaben nur als Wort.",
	more: "Mehr zeigen",
};
