import type { Texts } from "../../en";
import { plurals } from "../../plurals";

const plural = plurals("de");

export const settings: Texts["screens"]["settings"] = {
	title: "Einstellungen",
	pages: "Bereiche",
	you: "Du",
	look: "Aussehen",
	notifications: "Benachrichtigungen",
	account: "Konto",
	devices: "Geräte",
	data: "Deine Daten",

	name: "Dein Name",
	rename: "Namen ändern",
	renamed: "Dein Name wurde geändert",
	awayLabel: "Abwesend",
	awayHint: "Die anderen sehen, dass du vielleicht nicht gleich antwortest.",
	ignored: "Ignorierte Personen",
	unignoreName: (name) => `${name} nicht mehr ignorieren`,
	asElsewhereRoom: (room) => `${room}: wie überall sonst`,
	ignoredNone: "Du ignorierst niemanden.",

	theme: "Farben",
	themes: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
	language: "Sprache",
	languageBrowser: "Wie der Browser",

	level: "Benachrichtige mich über",
	levels: { off: "Nichts", mentions: "Erwähnungen und private Nachrichten", all: "Alle Nachrichten" },
	levelHint:
		"Du wirst benachrichtigt, während du das Gespräch nicht ansiehst. Jeder Raum kann unter „Über diesen Raum“ eine eigene Einstellung haben.",
	own: "Räume mit eigener Einstellung",
	sound: "Ton",
	soundHint: "Zwei leise Töne abspielen.",
	soundTry: "Anhören",
	browserAsk: "Dein Browser fragt einmal, ob muca Benachrichtigungen zeigen darf.",
	ask: "Benachrichtigungen erlauben",
	permission: {
		granted: "Benachrichtigungen sind in diesem Browser erlaubt.",
		default: "",
		denied: "Benachrichtigungen sind in diesem Browser blockiert. Erlaube sie in seinen Einstellungen für diese Seite.",
		insecure:
			"Browser zeigen Benachrichtigungen nur für Seiten, die über HTTPS geladen wurden. Die Zahl im Titel des Tabs funktioniert auch hier.",
		absent:
			"Dieser Browser unterstützt keine Benachrichtigungen. Füge muca auf Handy oder Tablet zuerst zum Startbildschirm hinzu.",
	},

	passwordSet: "Passwort setzen",
	passwordChange: "Passwort ändern",
	passwordWhy:
		"Mit einem Passwort kannst du dich auf jedem Gerät anmelden, niemand sonst kann deinen Namen benutzen, und du behältst dein Konto, wenn die Daten dieses Browsers gelöscht werden.",
	passwordOld: "Aktuelles Passwort",
	passwordOldWrong: "Das ist nicht dein aktuelles Passwort.",
	passwordNew: "Neues Passwort",
	loginName: "Anmeldename",
	loginNameHint: (uid) => `Dein Name. Du kannst dich auch mit deinem Kontonamen ${uid} anmelden.`,
	loginNames: (name, uid) => `Du meldest dich als ${name} oder ${uid} an.`,
	passwordHint: (min) => plural(min, "Mindestens # Zeichen.", "Mindestens # Zeichen."),
	passwordOthers: "Alle deine anderen Geräte werden abgemeldet.",
	passwordDone: "Dein Passwort wurde gespeichert",
	claim: "Ich habe den Code für die Leitung",
	claimCode: "Code",
	claimWhy: "Ein neuer Server gibt beim Start einen Code aus. Gib ihn hier ein, um den Server zu leiten.",
	claimAction: "Leitung übernehmen",
	claimDone: "Du leitest jetzt diesen Server",

	device: (id) => `Gerät ${id}`,
	deviceThis: "dieses Gerät",
	deviceUsed: (ago) => `zuletzt benutzt ${ago}`,
	deviceSince: (date) => `seit ${date}`,
	signOut: "Abmelden",
	signOutName: (name) => `${name} abmelden`,
	signOutTitle: (name) => `${name} abmelden?`,
	signOutText: "Um es wieder zu benutzen, brauchst du dein Passwort.",
	signedOut: (name) => `${name} wurde abgemeldet`,

	exportTitle: "Deine Nachrichten",
	exportWhy: "Alles, was du in deinen Räumen und Gesprächen geschrieben hast, als JSON-Datei.",
	export: "Exportieren",
	exporting: (count) => plural(count, "# Nachricht bisher", "# Nachrichten bisher"),
	exported: (count) => plural(count, "# Nachricht exportiert", "# Nachrichten exportiert"),
	leave: "Verlassen",
	leaveWhy: "Du verlässt den Server. Dieser Browser bleibt angemeldet, sodass du wiederkommen kannst.",
	leaveAction: "Server verlassen",
	forget: "Mich aus diesem Browser entfernen",
	forgetWhy: "Du verlässt den Server, und dieser Browser wird abgemeldet. Für ein Gerät, das auch andere benutzen.",
	forgetAction: "Verlassen und entfernen",
	forgetTitle: "Verlassen und entfernen?",
	forgetLoses: "Du hast kein Passwort. Niemand kann dieses Konto mehr benutzen, auch du nicht.",
	forgetKeeps: "Mit deinem Passwort kannst du wiederkommen.",
	deleteAccount: "Konto löschen",
	deleteWhy:
		"Niemand kann das Konto mehr benutzen, auch du nicht. Deine Nachrichten bleiben ohne deinen Namen stehen; dein Kontoname bleibt im Verlauf. Lösche vorher alle Nachrichten, die du nicht hinterlassen willst.",
	deleteTitle: (name) => `Das Konto von ${name} endgültig löschen?`,
	deleteText:
		"Du verlässt alle Räume, und alle deine Geräte werden abgemeldet. Das lässt sich nicht rückgängig machen.",
	deleteForGood: "Endgültig löschen",
};
