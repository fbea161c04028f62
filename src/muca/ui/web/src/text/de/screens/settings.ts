import type { Texts } from "../../en";
import { plurals } from "../../plurals";

const plural = plurals("de");

export const settings: Texts["screens"]["settings"] = {
	title: "Einstellungen",
	pages: "Teile der Einstellungen",
	you: "Du",
	look: "Aussehen",
	notifications: "Benachrichtigungen",
	account: "Konto",
	devices: "Geräte",
	data: "Deine Daten",

	name: "Dein Name",
	rename: "Namen ändern",
	renamed: "Du heißt jetzt anders",
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

	level: "Melde mir",
	levels: { off: "Nichts", mentions: "Erwähnungen und private Nachrichten", all: "Alle Nachrichten" },
	levelHint: "Während du etwas anderes ansiehst. Räume können es anders halten, siehe „Über diesen Raum“.",
	own: "Räume mit eigener Einstellung",
	sound: "Ton",
	soundHint: "Zwei leise Töne.",
	soundTry: "Anhören",
	browserAsk: "Dein Browser fragt einmal, ob muca Benachrichtigungen zeigen darf.",
	ask: "Benachrichtigungen erlauben",
	permission: {
		granted: "Dieser Browser zeigt sie.",
		default: "",
		denied: "Dieser Browser blockiert sie. Erlaube sie in seinen Einstellungen für diese Seite.",
		insecure:
			"Browser zeigen Benachrichtigungen nur von Seiten, die über HTTPS kamen. Die Zahl im Titel des Tabs geht auch hier.",
		absent:
			"Dieser Browser hat keine Benachrichtigungen. Auf Handy oder Tablet lege muca erst auf den Startbildschirm.",
	},

	passwordSet: "Passwort setzen",
	passwordChange: "Passwort ändern",
	passwordWhy:
		"Mit Passwort kannst du dich von jedem Gerät anmelden, niemand sonst kann deinen Namen tragen, und nichts ist verloren, wenn dieser Browser dich vergisst.",
	passwordOld: "Bisheriges Passwort",
	passwordOldWrong: "Das ist nicht dein bisheriges Passwort.",
	passwordNew: "Neues Passwort",
	loginName: "Name zum Anmelden",
	loginNameHint: (uid) => `Dein Name hier. Mit dem Namen deines Kontos, ${uid}, geht es auch.`,
	loginNames: (name, uid) => `Du meldest dich als ${name} oder ${uid} an.`,
	passwordHint: (min) => plural(min, "Mindestens # Zeichen.", "Mindestens # Zeichen."),
	passwordOthers: "Alle deine anderen Geräte werden abgemeldet.",
	passwordDone: "Das Passwort ist gesetzt",
	claim: "Ich habe den Besitzercode",
	claimCode: "Code",
	claimWhy: "Ein neuer Server gibt beim Start einen Code aus. Wer ihn hier eingibt, dem gehört der Server.",
	claimAction: "Besitz antreten",
	claimDone: "Dieser Server gehört jetzt dir",

	device: (id) => `Gerät ${id}`,
	deviceThis: "dieses",
	deviceUsed: (ago) => `zuletzt benutzt ${ago}`,
	deviceSince: (date) => `seit ${date}`,
	signOut: "Abmelden",
	signOutName: (name) => `${name} abmelden`,
	signOutTitle: (name) => `${name} abmelden?`,
	signOutText: "Es kann nur mit dem Passwort zurückkommen.",
	signedOut: (name) => `${name} ist abgemeldet`,

	exportTitle: "Deine Nachrichten",
	exportWhy: "Alles, was du in deinen Räumen und Gesprächen geschrieben hast, als JSON-Datei.",
	export: "Exportieren",
	exporting: (count) => plural(count, "# Nachricht bisher", "# Nachrichten bisher"),
	exported: (count) => plural(count, "# Nachricht exportiert", "# Nachrichten exportiert"),
	leave: "Verlassen",
	leaveWhy: "Du bist nicht mehr hier. Dieser Browser merkt sich dich, sodass du wiederkommen kannst.",
	leaveAction: "Server verlassen",
	forget: "Diesen Browser vergessen lassen",
	forgetWhy:
		"Gehen, und deinen Schlüssel zum Konto aus diesem Browser nehmen: für ein Gerät, das auch andere benutzen.",
	forgetAction: "Verlassen und vergessen",
	forgetTitle: "Verlassen und vergessen?",
	forgetLoses: "Du hast kein Passwort. Niemand kann mehr mit diesem Konto zurückkommen, auch du nicht.",
	forgetKeeps: "Mit deinem Passwort kannst du wiederkommen.",
	deleteAccount: "Konto löschen",
	deleteWhy:
		"Niemand kann sich mehr damit anmelden, auch du nicht. Was du geschrieben hast, bleibt ohne deinen Namen stehen; dein Kontoname bleibt im Verlauf. Lösche vorher, was du nicht hinterlassen willst.",
	deleteTitle: (name) => `Das Konto von ${name} endgültig löschen?`,
	deleteText:
		"Du verlässt alle Räume, und alle deine Geräte werden abgemeldet. Das lässt sich nicht rückgängig machen.",
	deleteForGood: "Endgültig löschen",
};
