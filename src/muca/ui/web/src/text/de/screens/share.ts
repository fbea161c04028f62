import type { Texts } from "../../en";

export const share: Texts["screens"]["share"] = {
	title: "Adresse und QR-Code",
	intro:
		"Öffne diese Adresse in einem Browser, oder scanne den Code mit einem Handy. Das Handy muss im selben Netz sein wie der Server, wenn dieser nicht aus dem Internet erreichbar ist.",
	invitationToo:
		"Wer neu ist, braucht außerdem eine Einladung. Eigentümer und Moderatoren erstellen sie unter Verwaltung, Einladungen.",
	address: "Adresse dieses Chats",
};
