import type { Texts } from "../../en";
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

const plural = plurals("de");

export const screens: Texts["screens"] = {
	find,
	formatting,
	join,
	keys,
	people,
	rooms,
	server,
	settings,
	share,

	all: {
		address: "Adresse der Seite",
		addressHint: "Wähle eine, die andere erreichen können. In den meisten Netzen funktioniert jede.",
		noAddress: "Andere können diesen Server nicht erreichen",
		noAddressText:
			"Du hast diese Seite unter einer Adresse geöffnet, die nur auf diesem Computer funktioniert, und der Server hat keine andere. Starte ihn mit --host 0.0.0.0, oder setze url in muca.toml.",
		cancel: "Abbrechen",
		certificate:
			"Beim ersten Besuch warnen Browser vor dieser Adresse, weil der Server ein eigenes Zertifikat verwendet. Wähle „Erweitert“ und mach dann weiter.",
		copied: "Kopiert",
		copy: "Kopieren",
		done: "Fertig",
		full: (chars) => `Höchstens ${chars} Zeichen.`,
		loading: "Wird geladen …",
		notLoaded: "Das konnte nicht geladen werden",
		notLoadedText:
			"Der Server antwortet nicht oder hat eine neuere Version. Lade die Seite neu, wenn er wieder da ist.",
		open: "Öffnen",
		qr: "QR-Code für den Link",
		reload: "Neu laden",
		save: "Speichern",
		saved: "Gespeichert",
		tryAgain: "Erneut versuchen",
		forGood: "bis auf Weiteres",
		wait: (time) => `Wartezeit: ${time}.`,
	},
	time: {
		justNow: "gerade eben",
		seconds: (count) => plural(count, "# Sekunde", "# Sekunden"),
		minutes: (count) => plural(count, "# Minute", "# Minuten"),
		hours: (count) => plural(count, "# Stunde", "# Stunden"),
		days: (count) => plural(count, "# Tag", "# Tage"),
		years: (count) => plural(count, "# Jahr", "# Jahre"),
	},
	notify: {
		title: (who, where) => `${who} in ${where}`,
		files: (count) => plural(count, "Eine Datei", "# Dateien"),
		missed: "Während du weg warst",
		missedIn: (where, count) => `${where}: ${plural(count, "# neue Nachricht", "# neue Nachrichten")}`,
		mentionedIn: (where, count) => `${where}: ${plural(count, "# Erwähnung von dir", "# Erwähnungen von dir")}`,
		missedElsewhere: (count) => plural(count, "und in # anderen Raum", "und in # anderen Räumen"),
	},
	roles: { owner: "Leitung", moderator: "Moderation", member: "Mitglied", guest: "Gast" },
};
