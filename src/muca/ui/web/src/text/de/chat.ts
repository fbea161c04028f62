import type { Texts } from "../en";

export const chat: Texts["chat"] = {
	offline: "Dieses Gerät hat gerade kein Netz.",
	unreachable: "Der Server ist nicht zu erreichen.",
	closed: "Die Verbindung ist abgebrochen.",
	cancelled: "Abgebrochen.",
	otherServer: "Unter dieser Adresse antwortet jetzt ein anderer Server.",
	notSecure: "Das braucht eine geschützte Verbindung: Öffne diese Seite unter ihrer https-Adresse.",
	gone: "Diese Nachricht gibt es nicht mehr.",
	noAccount:
		"Dieser Browser kennt dieses Konto nicht mehr. Melde dich mit dem Passwort an, oder wähle einen anderen Namen.",
};
