// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { Refusal } from "../../chat/chat";
import { endedWords, joinTrouble } from "./join_trouble";

it.each([
	["nickname_taken", "nickname"],
	["account_exists", "uid"],
	["password_wrong", "password"],
	["code_wrong", "code"],
	["unreachable", null],
	["slow_down", null],
])("%s is shown at the field %s, and not in the server's words", (code, field) => {
	const trouble = joinTrouble(new Refusal(code, "As the server says it."));
	expect(trouble.field).toBe(field);
	expect(trouble.words).not.toContain("As the server says it.");
});

it.each(["password_weak", "something_new"])("leaves %s to the server's words", (code) => {
	expect(joinTrouble(new Refusal(code, "Too easily guessed.")).words).toBe("Too easily guessed.");
});

it("speaks of another name only where anybody can join under one", () => {
	expect(endedWords("account_deleted", "open")).toContain("another name");
	expect(endedWords("account_deleted", "registered")).not.toContain("another name");
	expect(endedWords("account_deleted", "invite")).not.toContain("another name");
});
