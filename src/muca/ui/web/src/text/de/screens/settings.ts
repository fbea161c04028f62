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
		"Du wirst nur benachrichtigt, wenn du das Gespräch gerade nicht ansiehst. Jeder Raum kann unter „Über diesen Raum“ eine eigene Einstellung haben.",
	own: "Räume mit eigener Einstellung",
	sound: "Ton",
	soundHint: "Spielt zwei leise Töne.",
	soundTry: "Anhören",
	browserAsk: "Dein Browser fragt einmal, ob muca Benachrichtigungen zeigen darf.",
	ask: "Benachrichtigungen erlauben",
	permission: {
		granted: "Benachrichtigungen sind in diesem Browser erlaubt.",
		default: "",
		denied: "Benachrichtigungen sind in diesem Browser blockiert. Erlaube sie in seinen Einstellungen für diese Seite.",
		insecure:
			"Browser zeigen Benachrichtigungen nur bei geschützter Verbindung (https). Die Zahl der neuen Nachrichten steht trotzdem im Titel des Tabs.",
		absent:
			"Dieser Browser unterstützt keine Benachrichtigungen. Füge muca auf einem Handy oder Tablet zuerst zum Startbildschirm hinzu.",
	},

	passwordSet: "Passwort festlegen",
	passwordChange: "Passwort ändern",
	passwordWhy:
		"Mit einem Passwort kannst du dich auf jedem Gerät anmelden, niemand sonst kann deinen Namen benutzen, und du behältst dein Konto, wenn die Daten dieses Browsers gelöscht werden.",
	passwordOld: "Aktuelles Passwort",
	passwordOldWrong: "Das ist nicht dein aktuelles Passwort.",
	passwordNew: "Neues Passwort",
	loginName: "Anmeldename",
	loginNameHint: (uid) => `Die anderen sehen diesen Namen. Du kannst dich auch mit deinem Kontonamen ${uid} anmelden.`,
	loginNames: (name, uid) => `Du meldest dich als ${name} oder ${uid} an.`,
	passwordHint: (min) => plural(min, "Mindestens # Zeichen.", "Mindestens # Zeichen."),
	passwordOthers: "Du wirst auf allen deinen anderen Geräten abgemeldet.",
	passwordDone: "Dein Passwort wurde gespeichert",
	claim: "Ich habe den Code für die Leitung",
	claimCode: "Code",
	claimWhy: "Ein neuer Server gibt beim Start einen Code aus. Gib ihn hier ein, um die Leitung zu übernehmen.",
	claimAction: "Leitung übernehmen",
	claimDone: "Du hast jetzt die Leitung dieses Servers",

	device: (id) => `Gerät ${id}`,
	deviceThis: "dieses Gerät",
	deviceUsed: (ago) => `zuletzt benutzt ${ago}`,
	deviceSince: (date) => `seit ${date}`,
	signOut: "Abmelden",
	signOutName: (name) => `${name} abmelden`,
	signOutTitle: (name) => `${name} abmelden?`,
	signOutText: "Um dich dort wieder anzumelden, brauchst du dein Passwort.",
	signedOut: (name) => `${name} wurde abgemeldet`,

	exportTitle: "Deine Nachrichten",
	exportWhy: "Alles, was du in deinen Räumen und Gesprächen geschrieben hast, als JSON-Datei.",
	export: "Exportieren",
	exporting: (count) => plural(count, "Bisher # Nachricht", "Bisher # Nachrichten"),
	exported: (count) => plural(count, "# Nachricht exportiert", "# Nachrichten exportiert"),
	leave: "Verlassen",
	leaveWhy: "Du verlässt den Server. Dieser Browser bleibt angemeldet, sodass du wiederkommen kannst.",
	leaveAction: "Server verlassen",
	forget: "Mich aus diesem Browser entfernen",
	forgetWhy:
		"Du verlässt den Server und wirst in diesem Browser abgemeldet. Sinnvoll auf einem Gerät, das auch andere benutzen.",
	forgetAction: "Verlassen und entfernen",
	forgetTitle: "Verlassen und dich aus diesem Browser entfernen?",
	forgetLoses: "Du hast kein Passwort. Niemand kann dieses Konto mehr benutzen, auch du nicht.",
	forgetKeeps: "Mit deinem Passwort kannst du wiederkommen.",
	deleteAccount: "Konto löschen",
	deleteWhy:
		"Niemand kann das Konto mehr benutzen, auch du nicht. Deine Nachrichten bleiben ohne deinen Namen stehen; dein Kontoname bleibt im Protokoll. Lösche vorher alle Nachrichten, die du nicht hinterlassen willst.",
	deleteTitle: (name) => `Das Konto ${name} endgültig löschen?`,
	deleteText: "Du verlässt alle Räume und wirst auf allen Geräten abgemeldet. Das lässt sich nicht rückgängig machen.",
	deleteForGood: "Endgültig löschen",
};
