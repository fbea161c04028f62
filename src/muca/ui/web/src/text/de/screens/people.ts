import type { Texts } from "../../en";
import { plurals } from "../../plurals";

const plural = plurals("de");

export const people: Texts["screens"]["people"] = {
	you: "du",
	here: "da",
	away: "abwesend",
	gone: "nicht da",
	seen: (ago) => `zuletzt ${ago}`,
	readable: "Personen",
	filter: "Person finden",
	nobody: "So heißt niemand",
	menu: (name) => `Was mit ${name} geschehen soll`,
	banned: (until) => (until ? `ausgeschlossen bis ${until}` : "ausgeschlossen"),
	muted: (until) => (until ? `stumm bis ${until}` : "stumm"),
	profile: "Über diese Person",

	deedsIn: (where) => (where ? `In ${where}` : "Auf dem Server"),
	write: "Privat schreiben",
	ignore: "Ignorieren",
	unignore: "Nicht mehr ignorieren",
	ignoreHint: "Was sie schreiben, ist für dich verborgen. Niemand sonst erfährt davon.",
	role: (role) => `Zu „${role}“ machen`,
	kick: "Hinauswerfen",
	mute: "Stummschalten",
	unmute: "Wieder sprechen lassen",
	ban: "Ausschließen",
	unban: "Ausschluss aufheben",
	invite: "Einladen",

	kickTitle: (who, where) => `${who} ${where ? `aus ${where}` : "vom Server"} werfen?`,
	kickText: (where) =>
		where
			? "Die Person verlässt den Raum und darf wiederkommen."
			: "Alle ihre Fenster werden geschlossen. Sie darf wiederkommen.",
	muteTitle: (who, where) => `${who} ${where ? `in ${where}` : "überall"} stummschalten?`,
	muteText: "Die Person kann lesen, aber nichts sagen.",
	banTitle: (who, where) => `${who} ${where ? `aus ${where}` : "vom Server"} ausschließen?`,
	banText: (where) =>
		where
			? "Die Person muss den Raum verlassen und kann nicht zurückkommen."
			: "Ihre Fenster werden geschlossen, und sie kann nicht zurückkommen.",
	roleTitle: (who, role) => `${who} zu „${role}“ machen?`,
	roleText: {
		owner: "Wem es gehört, der darf alles, auch andere dazu machen. Zurückgeben kann man es nur selbst.",
		moderator: "Wer moderiert, ändert den Raum und kann Mitglieder stummschalten, hinauswerfen und ausschließen.",
		member: "Von der bisherigen Macht hier bleibt nichts.",
	},
	openServer: "Jeder kann unter anderem Namen kommen",
	openServerText:
		'Dieser Server ist offen: Das hält einen Namen auf, aber niemanden, der einen anderen eintippt. Es hilft, nur Konten zuzulassen (policy = "registered" oder "invite" in muca.toml, siehe docs/OPERATING.md), oder die Adresse auszuschließen, unter „Ausschlüsse“ des Servers.',
	howLong: "Wie lange",
	forGood: "Bis auf Weiteres",
	reason: "Grund",
	reasonHint: "Er steht im Gespräch, wo alle ihn lesen können.",

	newTitle: "Leuten schreiben",
	newHint: "Mit einer Person ist es ein privates Gespräch, mit mehreren eine Gruppe.",
	newPlaceholder: "Namen eingeben",
	remove: (name) => `${name} wieder herausnehmen`,
	start: (count) => plural(count, "Privates Gespräch beginnen", "Gruppe mit # beginnen"),
	tooMany: (max) => plural(max, "Höchstens # Person.", "Höchstens # Personen."),

	reportTitle: "Diese Nachricht melden",
	reportText: "Die Moderation bekommt sie zu sehen, mit deinem Namen und Grund. Niemand sonst erfährt davon.",
	reportReason: "Was stimmt damit nicht?",
	report: "Melden",
	reported: "Gemeldet. Die Moderation sieht es sich an.",
};
