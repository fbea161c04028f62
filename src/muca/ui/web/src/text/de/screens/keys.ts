import type { Texts } from "../../en";

export const keys: Texts["screens"]["keys"] = {
	title: "Tastenkürzel",
	anywhere: "Überall",
	writing: "Beim Schreiben",
	reading: "Im Gespräch",
	jump: "Zu Raum, Person oder Tag springen",
	search: "Nachrichten durchsuchen",
	settings: "Einstellungen",
	list: "Diese Liste anzeigen",
	close: "Schließen oder zurück",
	next: "Nächster oder voriger Raum",
	send: "Senden",
	line: "Neue Zeile",
	edit: "Letzte eigene Nachricht bearbeiten (im leeren Nachrichtenfeld)",
	mention: "Namen oder Emoji vervollständigen",
	move: "Nächste oder vorige Nachricht",
	write: "Zurück zum Nachrichtenfeld",
};
