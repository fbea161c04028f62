// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { logDetail } from "./log_detail";

it.each([
	["ROLE", "moderator", "Moderator"],
	["ROLE", "something new", "something new"],
	["MUTE", "for 600 s", "for 10 minutes"],
	["BAN", "for 604800 s: for 5 s\nof peace", "for 7 days: for 5 s\nof peace"],
	["BAN", "until lifted: spam", "until lifted: spam"],
	["BAN", "until lifted", "until lifted"],
	["BAN", "something new", "something new"],
	["KICK", "for 600 s", "for 600 s"],
	["DELETE", "SEQ 12", ""],
	["PURGE", "1 message", "1 message"],
	["PURGE", "1040 messages", "1,040 messages"],
	["CLAIM", "owner", ""],
	["KICK", undefined, ""],
])("%s, %s: %s", (ACTION, DETAIL, expected) => {
	expect(logDetail({ ACTION, ...(DETAIL !== undefined && { DETAIL }) })).toBe(expected);
});
