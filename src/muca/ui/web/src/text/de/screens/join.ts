import type { Texts } from "../../en";

export const join: Texts["screens"]["join"] = {
	title: (server) => `${server} beitreten`,
	anyServer: "muca",
	looking: "Verbindung zum Server wird hergestellt …",
	nickname: "Dein Name",
	nicknameHint: "Die anderen sehen diesen Namen. Du kannst ihn jederzeit ändern.",
	nicknameMissing: "Gib einen Namen ein, damit die anderen wissen, wer du bist.",
	join: "Beitreten",
	joining: "Du trittst bei …",
	by: "Wie du beitrittst",
	asGuest: "Nur ein Name",
	withPassword: "Anmelden",
	newAccount: "Neues Konto",
	known: "Willkommen zurück",
	continueAs: (name) => `Weiter als ${name}`,
	options: (name) => `Optionen für ${name}`,
	forget: "Aus diesem Browser entfernen",
	forgetTitle: (name) => `${name} aus diesem Browser entfernen?`,
	forgetWarning:
		"Dieser Browser wird vom Konto abgemeldet. Ohne Passwort kann niemand das Konto mehr benutzen, auch du nicht.",
	someoneElse: "Jemand anderes",
	back: "Zurück zur Liste der Namen",
	uid: "Anmeldename",
	uidHint: "Dein Name oder dein Kontoname, zum Beispiel Tony oder tony@lab.",
	uidNew: "Kontoname",
	uidNewHint: "Mit diesem Namen meldest du dich an. Andere können ihn sehen, und er lässt sich nicht ändern.",
	uidMissing: "Gib den Namen ein, mit dem du dich anmelden willst.",
	password: "Passwort",
	passwordNewHint: (min) => `Mindestens ${min} Zeichen. Gut geeignet sind mehrere Wörter hintereinander.`,
	passwordShow: "Passwort anzeigen",
	passwordHide: "Passwort verbergen",
	passwordMissing: "Gib dein Passwort ein.",
	passwordShort: (min) => `Ein Passwort hat mindestens ${min} Zeichen.`,
	logIn: "Anmelden",
	create: "Konto anlegen",
	code: "Einladungscode",
	codeHint:
		"Bitte die Administration darum. Wenn du einen neuen Server einrichtest, nimm den Code, den er ausgegeben hat.",
	codeMissing: "Dieser Server braucht eine Einladung. Bitte die Administration um einen Link oder Code.",
	invited: "Du bist eingeladen. Wähle einen Namen und ein Passwort, um beizutreten.",
	policyRegistered: "Für diesen Server brauchst du ein Konto. Eins anzulegen dauert nur einen Moment.",
	policyInvite:
		"Für diesen Server brauchst du eine Einladung. Wenn du einen Einladungslink hast, öffne ihn in diesem Browser.",
	haveInvitation: "Einladung",
	ended: {
		kicked: "Du wurdest von diesem Server entfernt",
		banned: "Du bist von diesem Server ausgeschlossen",
		signed_out: "Dieses Gerät wurde abgemeldet",
		account_deleted: "Das Konto wurde gelöscht",
		password_required: "Dieser Server verlangt jetzt ein Passwort",
		replaced: "Du hast in einem anderen Fenster weitergemacht",
		left: "Du bist gegangen",
		other: "Die Verbindung ist beendet",
	},
	endedText: {
		kicked: "Die Moderation hat dich entfernt. Du kannst wieder beitreten.",
		banned: "Wenn du das für einen Irrtum hältst, frag die Administration des Servers.",
		signed_out: "Es wurde von einem anderen Gerät aus abgemeldet. Wenn du es nicht warst, ändere dein Passwort.",
		account_deleted: "Niemand kann sich mehr damit anmelden.",
		password_required: "Um dein Konto zu behalten, wähle unten deinen Namen und setze dann ein Passwort.",
		replaced:
			"Du benutzt muca in einem anderen Fenster oder auf einem anderen Gerät. Dieses Fenster wurde deshalb getrennt.",
		left: "Bis bald!",
	},
	anotherName: "Du kannst unter einem anderen Namen beitreten.",
	endedReason: (reason) => `Grund: „${reason}“`,
	endedUntil: (when) => `Das gilt bis ${when}.`,
	noStorage: "In diesem Browser darf die Seite nichts speichern",
	noStorageText:
		"Du kannst chatten. Wenn du die Seite schließt oder neu lädst, wirst du aber abgemeldet, und nicht gesendete Nachrichten gehen verloren. Bilder und Dateien erscheinen vielleicht nicht, denn sie brauchen ein Cookie.",
	offline: "Dieses Gerät ist offline. Sobald es verbunden ist, kannst du beitreten.",
	unreachable:
		"Der Server antwortet nicht. Vielleicht startet er gerade neu, oder dieses Gerät ist in einem anderen Netz.",
	nicknameTaken:
		"Dieser Name gehört jemandem mit Konto. Wenn du das bist, melde dich mit deinem Passwort an. Sonst wähle einen anderen.",
	uidTaken: "Dieser Kontoname ist schon vergeben. Wähle einen anderen Namen, oder melde dich mit deinem Passwort an.",
	passwordWrong: "Name oder Passwort ist falsch.",
	codeWrong: "Der Code ist falsch, verbraucht oder abgelaufen. Bitte um einen neuen.",
	tokenWrong:
		"Dieser Browser ist bei diesem Konto nicht mehr angemeldet. Melde dich mit deinem Passwort an. Wenn du keins hast, bitte die Administration des Servers, eins für dich festzulegen.",
	disabled: "Dieses Konto wurde von der Administration des Servers gesperrt.",
	tooMany: "Zu viele Versuche.",
	accountRequired:
		"Für diesen Server brauchst du ein Konto. Melde dich an, oder lege eins an. Wenn du früher nur mit einem Namen hier warst, bitte die Administration, für dein Konto ein Passwort festzulegen.",
	keep: {
		title: "Wähle ein Passwort, um dein Konto zu behalten",
		why: "Dieser Server verlangt jetzt Passwörter. Du warst schon hier und brauchst keine Einladung.",
		uid: (uid) => `Dein Kontoname ist ${uid}. Du kannst dich damit oder mit deinem Namen anmelden.`,
		action: "Passwort festlegen und beitreten",
		back: "Zurück",
	},
	inUse:
		"Dieser Kontoname wird gerade benutzt. Wähle einen anderen. Wenn es deiner ist, melde dich mit deinem Passwort an.",
	handover: {
		why: "Du kommst von der ungeschützten Adresse dieses Servers. Hier hast du dasselbe Konto und kannst dafür ein Passwort festlegen.",
		action: "Weiter",
		codeWrong:
			"Dieser Link ist schon benutzt oder abgelaufen. Geh zurück zur ungeschützten Seite und wechsle von dort noch einmal.",
	},
	secure: {
		title: "Passwörter brauchen eine geschützte Verbindung",
		text: "Diese Seite wurde über eine ungeschützte Verbindung geladen. Andere im Netz könnten Passwörter und Codes mitlesen, die du hier eingibst.",
		warning:
			"Bevor sich die geschützte Seite öffnet, warnt dein Browser, weil dieser Server ein eigenes Zertifikat verwendet. Wähle „Erweitert“ und mach dann weiter.",
		fingerprint:
			"Um sicherzugehen, dass es der richtige Server ist, prüfe, ob das Zertifikat diesen Fingerabdruck hat, und lass ihn dir von der Administration bestätigen:",
		open: "Geschützte Seite öffnen",
		goOn: "Zur geschützten Seite wechseln",
		keeps: (name) => `Dort bist du weiterhin ${name}, mit denselben Räumen und Nachrichten.`,
		none: "Dieser Server hat keine geschützte Adresse. Frag die Administration, oder tritt nur mit einem Namen bei.",
		joinFirst:
			"Um dein Konto in diesem Browser zu behalten, tritt zuerst damit bei. Wähle dann unter Einstellungen → Konto „Zur geschützten Seite wechseln“.",
		lost: "Wenn du früher nur mit einem Namen hier warst, kann dieser Browser dein Konto nicht auf die geschützte Seite mitnehmen. Bitte die Administration, dafür ein Passwort festzulegen.",
	},
};
