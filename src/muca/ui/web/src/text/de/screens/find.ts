import type { Texts } from "../../en";
import { plurals } from "../../plurals";

const plural = plurals("de");

export const find: Texts["screens"]["find"] = {
	palette: "Springen zu",
	palettePlaceholder: "Raum, Person, Tag oder Befehl",
	paletteHint: "↑ ↓ zum Wählen, Enter zum Öffnen, Esc zum Schließen",
	searchFor: (what) => `In Nachrichten nach „${what}“ suchen`,
	rooms: "Räume",
	people: "Personen",
	commands: "Befehle",
	dates: "Tage",
	goToDay: (day, room) => `${day} in ${room}`,
	command: {
		search: "Nachrichten durchsuchen",
		write: "Neue Nachricht",
		browse: "Räume ansehen",
		create: "Raum anlegen",
		room: "Über diesen Raum",
		settings: "Einstellungen",
		notifications: "Benachrichtigungen",
		theme: "Farben: hell oder dunkel",
		away: "Als abwesend anzeigen",
		back: "Als aktiv anzeigen",
		server: "Verwaltung",
		invitations: "Personen einladen",
		share: "Adresse und QR-Code",
		keys: "Tastenkürzel",
		formatting: "Formatierung",
		leave: "Server verlassen",
	},

	search: "Suche",
	query: "Nachrichten durchsuchen",
	placeholder: 'Wörter oder "genauer Wortlaut"',
	filters: "Filter",
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
			? plural(count, "Die neueste Nachricht", "Die neuesten # Nachrichten")
			: plural(count, "# Nachricht gefunden", "# Nachrichten gefunden"),
	start: "Nachrichten durchsuchen",
	startText:
		"Findet Nachrichten mit allen deinen Wörtern: in „Alle“, deinen Räumen und Gesprächen und in öffentlichen Räumen.",
	nothing: "Nichts gefunden",
	nothingText:
		"Versuch es mit weniger Wörtern oder anderen Filtern. Wörter ab drei Buchstaben werden auch in längeren Wörtern gefunden.",
	more: "Mehr anzeigen",
};
