/** The login for the user's credentials. */

import { text } from "../text";
import type { Login } from "../wire/link";
import type { ServerInfo } from "../wire/words";
import type { Accounts } from "./accounts";
import { type Credentials, Refusal } from "./chat";

/** New accounts, and the tokens that they will need, are stored in `accounts` beforehand. Throws a `Refusal`. */
export function loginWith(credentials: Credentials, accounts: Accounts): Login {
	const DEVICE = deviceName();
	if (credentials.by === "guest") {
		const { uid, nickname, token } = accounts.invent(credentials.nickname);
		return { UID: uid, UN: nickname, TOKEN: token, DEVICE };
	}
	const { uid } = credentials;
	if (credentials.by === "handover") {
		const { nickname, code: CODE } = credentials;
		const { token } = accounts.find(uid) ?? accounts.expect(uid, nickname);
		return { UID: uid, UN: nickname, TOKEN: token, CODE, DEVICE };
	}
	if (credentials.by === "known" || credentials.by === "keep") {
		const known = accounts.find(uid);
		if (!known) throw new Refusal("token_required", text.peek().chat.noAccount);
		const login = { UID: uid, UN: credentials.nickname ?? known.nickname, TOKEN: known.token, DEVICE };
		return credentials.by === "known" ? login : { ...login, PASSWORD: credentials.password, register: {} };
	}
	const { password: PASSWORD, nickname: UN } = credentials;
	const login = { UID: uid, ...(UN && { UN }), PASSWORD, DEVICE };
	if (credentials.by === "password") return login;
	return { ...login, register: credentials.code ? { CODE: credentials.code } : {} };
}

/** Secrets that the server would refuse on this connection must not leave the page, because others could read them. Throws a `Refusal`. */
export function refuseOverheard({ TOKEN, CODE }: Login, server: ServerInfo | null): void {
	const { SECRETS = true, POLICY = "open" } = server ?? {};
	const isOnlyName = TOKEN !== undefined && CODE === undefined && POLICY === "open";
	if (!SECRETS && !isOnlyName) throw new Refusal("not_secure", text.peek().chat.notSecure);
}

/** The name of this device in the list of devices. */
function deviceName(): string {
	const { userAgent } = navigator;
	const browser = /Firefox|Edg|OPR|Chrome|Safari/.exec(userAgent)?.[0] ?? "Browser";
	const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(userAgent)?.[0];
	const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
	return system ? `${name}, ${system}` : name;
}
