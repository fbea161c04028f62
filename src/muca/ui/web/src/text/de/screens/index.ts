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

	all: {
		address: "Adresse der Seite",
		addressHint: "Eine, die die anderen erreichen: in den meisten Netzen geht jede.",
		noAddress: "Andere erreichen diesen Server nicht",
		noAddressText:
			"Diese Seite ist unter einer Adresse offen, die nur auf diesem Gerät gilt, und der Server kennt keine andere. Starte ihn mit --host 0.0.0.0, oder setze url in muca.toml.",
		cancel: "Abbrechen",
		copied: "Kopiert",
		copy: "Kopieren",
		done: "Fertig",
		full: (chars) => `Mehr als ${chars} Zeichen gehen nicht.`,
		loading: "Wird geladen",
		notLoaded: "Dieser Teil ist noch nicht da",
		notLoadedText:
			"Er kommt vom Server, und der antwortet nicht oder hat eine neuere Fassung. Lade die Seite neu, wenn er wieder da ist.",
		open: "Öffnen",
		reload: "Neu laden",
		save: "Sichern",
		saved: "Gesichert",
		tryAgain: "Noch einmal",
		forGood: "bis auf Weiteres",
		wait: (time) => `Wieder möglich in ${time}.`,
	},
	time: {
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
	roles: { owner: "Besitzer", moderator: "Moderation", member: "Mitglied", guest: "Gast" },
};
