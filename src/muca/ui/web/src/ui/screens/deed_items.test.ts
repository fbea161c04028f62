// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { deedItems } from "./deed_items";
import type { Deeds } from "./rights";

const all: Deeds = { kick: true, mute: true, ban: true, purge: true, roles: ["moderator"] };
const none: Deeds = { kick: false, mute: false, ban: false, purge: false, roles: [] };
const labels = (deeds: Deeds, muted = false, banned = false) =>
	deedItems({ deeds, muted, banned, onDeed: () => {}, onLift: () => {}, onRole: () => {} }).map(({ label }) => label);

it("offers what may be done, and nothing else", () => {
	expect(labels(all)).toEqual(["Make a moderator", "Mute", "Remove", "Ban", "Delete all messages"]);
	expect(labels(none)).toEqual([]);
	expect(labels({ ...none, kick: true })).toEqual(["Remove"]);
});

it("offers to let the muted speak again, whatever role they have been given since", () => {
	expect(labels(all, true)).toContain("Unmute");
	expect(labels({ ...all, mute: false }, true)).toContain("Unmute");
	expect(labels(none, true)).toEqual([]);
});

it("offers to let the banned come back, to delete what they wrote, and nothing that they would not notice", () => {
	expect(labels(all, false, true)).toEqual(["Unban", "Delete all messages"]);
	expect(labels(none, false, true)).toEqual([]);
});

it("says which deed was picked", () => {
	const picked: string[] = [];
	const items = deedItems({
		deeds: all,
		muted: true,
		banned: false,
		onDeed: (verb) => picked.push(verb),
		onLift: (verb) => picked.push(verb),
		onRole: (role) => picked.push(role),
	});
	for (const item of items) item.onPick();
	expect(picked).toEqual(["moderator", "unmute", "kick", "ban", "purge"]);
});
