import type { Texts } from "../../en";

export const share: Texts["screens"]["share"] = {
	title: "Adresse und QR-Code",
	intro:
		"Öffne diese Adresse in einem Browser, oder scanne den Code mit einem Handy. Das Handy muss im selben Netz sein wie der Server, wenn dieser nicht aus dem Internet erreichbar ist.",
	whoMayJoin: "Wer beitreten kann",
	policy: {
		open: "Alle, die diesen Server erreichen, können beitreten. Ein Name genügt.",
		registered:
			"Alle, die diesen Server erreichen, können beitreten. Sie brauchen ein Konto mit Passwort, das sie selbst anlegen.",
		invite:
			"Nur wer ein Konto hat, kann beitreten. Für ein neues Konto braucht man eine Einladung. Leitung und Moderation erstellen Einladungen unter Verwaltung → Einladungen.",
	},
	policySet:
		"Um das zu ändern, setze policy in muca.toml auf open, registered oder invite, und starte den Server neu. Lies vorher „Who is who“ in docs/OPERATING.md.",
	address: "Adresse dieses Chats",
};
