import { text } from "../text";
import { HttpFailure } from "../wire/http";
import type { Fail } from "../wire/words";
import { Refusal } from "./chat";

/** What the page says itself, where no server does. */
export function refusal(code: "offline" | "unreachable" | "cancelled"): Refusal {
	return new Refusal(code, text.peek().chat[code]);
}

export function asRefusal(failure: Fail | HttpFailure): Refusal {
	if (failure instanceof HttpFailure) return fromParts(failure.code, failure.message, failure.retrySeconds);
	return fromParts(failure.CODE, failure.TEXT, failure.RETRY ?? null);
}

function fromParts(code: string, said: string, retrySeconds: number | null): Refusal {
	if (code === "offline" || code === "unreachable" || code === "cancelled") return refusal(code);
	return new Refusal(code, said || code, retrySeconds);
}
