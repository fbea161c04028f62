import type { Texts } from "../en";

export const chat: Texts["chat"] = {
	offline: "Dieses Gerät ist offline.",
	unreachable: "Der Server ist nicht zu erreichen.",
	no_answer: "Der Server hat nicht geantwortet.",
	closed: "Die Verbindung ist abgebrochen.",
	unreadable:
		"Diese Datei lässt sich nicht lesen. Vielleicht wurde sie verschoben, geändert oder gelöscht, oder sie ist ein Ordner.",
	too_large: "Diese Datei ist zu groß für den Server oder für einen Proxy davor.",
	refused: (status) => `Der Server oder ein Proxy davor hat das abgelehnt (HTTP-Status ${status}).`,
	cutOff: "Das Hochladen bricht immer wieder ab. Vielleicht ist die Datei zu groß für einen Proxy vor dem Server.",
	filesLost: "Dieser Browser konnte die angehängten Dateien nicht speichern. Hänge sie noch einmal an.",
	cancelled: "Abgebrochen.",
	otherServer: "Unter dieser Adresse antwortet jetzt ein anderer Server.",
	notSecure: "Dafür brauchst du eine geschützte Verbindung. Öffne diese Seite unter ihrer https-Adresse.",
	gone: "Diese Nachricht gibt es nicht mehr.",
	noAccount:
		"Dieser Browser ist bei diesem Konto nicht mehr angemeldet. Melde dich mit dem Passwort an, oder wähle einen anderen Namen.",
};
