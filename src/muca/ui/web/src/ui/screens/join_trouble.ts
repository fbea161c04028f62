/** Helpful texts for errors of joining, and the fields that they belong to. */

import type { Refusal } from "../../chat/chat";
import { text } from "../../text";
import type { Texts } from "../../text/en";
import type { Policy } from "../../wire/words";

export type JoinField = "nickname" | "uid" | "password" | "code";

interface JoinTrouble {
	/** Null: it concerns no single field. */
	field: JoinField | null;
	words: string;
}

export function joinTrouble({ code, message }: Refusal): JoinTrouble {
	const words = text.value.screens.join;
	switch (code) {
		case "nickname_taken":
			return { field: "nickname", words: words.nicknameTaken };
		case "bad_name":
			return { field: "nickname", words: message };
		case "account_exists":
			return { field: "uid", words: words.uidTaken };
		case "uid_in_use":
			return { field: "uid", words: words.inUse };
		case "password_wrong":
			return { field: "password", words: words.passwordWrong };
		case "password_weak":
			return { field: "password", words: message };
		case "code_wrong":
			return { field: "code", words: words.codeWrong };
		case "token_wrong":
		case "token_required":
			return { field: null, words: words.tokenWrong };
		case "account_required":
			return { field: null, words: words.accountRequired };
		case "account_deleted":
			return { field: null, words: words.endedText.account_deleted };
		case "password_required":
			return { field: null, words: words.endedText.password_required };
		case "account_disabled":
			return { field: null, words: words.disabled };
		case "slow_down":
			return { field: null, words: words.tooMany };
		case "banned":
			return { field: null, words: `${words.ended.banned}. ${words.endedText.banned}` };
		case "offline":
			return { field: null, words: words.offline };
		case "unreachable":
			return { field: null, words: words.unreachable };
		default:
			return { field: null, words: message };
	}
}

/** Why the session has ended, and what the user can do on a server with that policy. */
export function endedWords(code: keyof Texts["screens"]["join"]["endedText"], policy: Policy): string {
	const { endedText, anotherName } = text.value.screens.join;
	return code === "account_deleted" && policy === "open" ? `${endedText[code]} ${anotherName}` : endedText[code];
}
