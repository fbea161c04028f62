// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { HttpFailure } from "../wire/http";
import { Refusal } from "./chat";
import { asRefusal, refusal } from "./refusal";

it("says what the server said, and when to try again", () => {
	const refused = asRefusal({ CMD: "ACK", TYPE: "FAIL", CODE: "slow_down", TEXT: "One message a minute.", RETRY: 30 });
	expect(refused).toBeInstanceOf(Refusal);
	expect(refused).toMatchObject({ code: "slow_down", message: "One message a minute.", retrySeconds: 30 });
	expect(asRefusal(new HttpFailure("too_large", "At most 25 MB."))).toMatchObject({
		message: "At most 25 MB.",
		retrySeconds: null,
	});
});

it("has a sentence of its own where no server says anything", () => {
	for (const code of ["offline", "unreachable", "cancelled"] as const) {
		expect(refusal(code).message).not.toBe("");
		expect(asRefusal(new HttpFailure(code, "")).message).toBe(refusal(code).message);
	}
});

it("has the code rather than nothing", () => {
	expect(asRefusal({ CMD: "ACK", TYPE: "FAIL", CODE: "new_code", TEXT: "" }).message).toBe("new_code");
});
