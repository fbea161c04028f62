import type { Texts } from "../../en";
import { plurals } from "../../plurals";
import { aRole } from "../roles";

const plural = plurals("de");

export const people: Texts["screens"]["people"] = {
	you: "du",
	here: "online",
	away: "abwesend",
	gone: "offline",
	seen: (ago) => `zuletzt gesehen ${ago}`,
	readable: "Personen",
	filter: "Person finden",
	nobody: "Niemand mit diesem Namen",
	menu: (name) => `Aktionen für ${name}`,
	banned: (until) => (until ? `ausgeschlossen bis ${until}` : "ausgeschlossen"),
	muted: (until) => (until ? `stumm bis ${until}` : "stumm"),
	profile: "Über diese Person",

	deedsIn: (where) => (where ? `In ${where}` : "Auf dem Server"),
	write: "Privat schreiben",
	ignore: "Ignorieren",
	unignore: "Nicht mehr ignorieren",
	ignoreHint: "Du siehst die Nachrichten dieser Person nicht mehr. Niemand sonst erfährt davon.",
	role: (role) => `${aRole[role].replace(/^die /, "")} geben`,
	kick: "Entfernen",
	mute: "Stummschalten",
	unmute: "Stummschaltung aufheben",
	ban: "Ausschließen",
	unban: "Ausschluss aufheben",
	purge: "Alle Nachrichten löschen",
	invite: "Einladen",

	kickTitle: (who, where) => `${who} ${where ? `aus ${where}` : "vom Server"} entfernen?`,
	kickText: (where) =>
		where
			? "Die Person kann wieder beitreten."
			: "Die Person wird auf allen Geräten getrennt. Sie kann wieder beitreten.",
	muteTitle: (who, where) => `${who} ${where ? `in ${where}` : "überall"} stummschalten?`,
	muteText: "Die Person kann lesen, aber nicht schreiben.",
	banTitle: (who, where) => `${who} ${where ? `aus ${where}` : "vom Server"} ausschließen?`,
	banText: (where) =>
		where
			? "Die Person wird aus dem Raum entfernt und kann nicht wieder beitreten."
			: "Die Person wird auf allen Geräten getrennt und kann nicht wieder beitreten.",
	withAddress: "Auch die IP-Adresse ausschließen",
	withAddressHint:
		"Das trifft auch andere mit dieser Adresse, zum Beispiel in derselben Schule oder Wohnung. Aufheben kannst du den Ausschluss unter Verwaltung → Ausschlüsse.",
	withMessages: "Auch alle Nachrichten löschen",
	purgeTitle: (who, where) => `Alle Nachrichten von ${who}${where ? ` in ${where}` : ""} löschen?`,
	purgeText: "Sie werden in diesem Raum für alle gelöscht. Das lässt sich nicht rückgängig machen.",
	purgeServerText:
		"Sie werden für alle gelöscht: in „Alle“ und in allen Räumen deiner Liste, die du moderierst. Das lässt sich nicht rückgängig machen.",
	purgedSoFar: (count) => `Bisher ${plural(count, "# Nachricht", "# Nachrichten")} gelöscht`,
	purged: (who, count) =>
		count === 0
			? `Es gibt keine Nachrichten von ${who}, die du löschen kannst`
			: `${plural(count, "# Nachricht", "# Nachrichten")} von ${who} gelöscht`,
	roleTitle: (who, role) => `${who} ${aRole[role]} geben?`,
	roleText: {
		owner:
			"Die Leitung darf alles, auch anderen die Leitung geben. Niemand sonst kann einer Person diese Rolle wieder nehmen.",
		moderator: "Die Moderation kann den Raum ändern und Mitglieder stummschalten, entfernen und ausschließen.",
		member: "Die Rechte der bisherigen Rolle gehen hier verloren.",
	},
	openServer: "Die Person kann unter anderem Namen beitreten",
	openServerText:
		"Dieser Server ist offen, deshalb kann die Person mit einem neuen Namen wiederkommen. Um das zu verhindern, schließe auch ihre Adresse aus, oder lass nur Konten zu (policy in muca.toml, siehe docs/OPERATING.md).",
	howLong: "Dauer",
	forGood: "Bis auf Weiteres",
	reason: "Grund",
	reasonHint: "Alle im Gespräch können ihn sehen.",

	newTitle: "Neue Nachricht",
	newHint: "Wähle eine Person für ein privates Gespräch, mehrere für eine Gruppe.",
	newPlaceholder: "Namen eingeben",
	remove: (name) => `${name} entfernen`,
	start: (count) => plural(count, "Privates Gespräch beginnen", "Gruppe mit # Personen beginnen"),
	tooMany: (max) => plural(max, "Höchstens # Person.", "Höchstens # Personen."),

	reportTitle: "Diese Nachricht melden",
	reportText: "Die Moderation sieht die Nachricht, deinen Namen und deinen Grund. Niemand sonst erfährt davon.",
	reportReason: "Was stimmt damit nicht?",
	report: "Melden",
	reported: "Gemeldet. Die Moderation sieht es sich an.",
};
