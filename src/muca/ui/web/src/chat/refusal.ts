import { text } from "../text";
import { HttpFailure } from "../wire/http";
import type { Fail } from "../wire/words";
import { Refusal } from "./chat";

const OWN = ["offline", "unreachable", "cancelled", "no_answer", "unreadable", "too_large"] as const;
type Own = (typeof OWN)[number];

/** Refusals that come from the page itself. */
export const refusal = (code: Own): Refusal => new Refusal(code, text.peek().chat[code]);

export function asRefusal(failure: Fail | HttpFailure): Refusal {
	if (failure instanceof HttpFailure) return fromParts(failure.code, failure.message, failure.retrySeconds);
	return fromParts(failure.CODE, failure.TEXT, failure.RETRY ?? null);
}

function fromParts(code: string, said: string, retrySeconds: number | null): Refusal {
	const own = OWN.find((each) => each === code);
	if (own && said === "") return refusal(own);
	if (code === "refused") return new Refusal(code, text.peek().chat.refused(said));
	return new Refusal(code, said || code, retrySeconds);
}
