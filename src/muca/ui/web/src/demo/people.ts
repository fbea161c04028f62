/** The people of the demo. */

import type { FakePerson } from "../testing/server/room";
import type { Uid } from "../wire/words";

const DAY_MS = 86_400_000;

const person = (uid: Uid, nickname: string, presence: FakePerson["presence"] = "here"): FakePerson => ({
	uid,
	nickname,
	presence,
	seen: Date.now() - (presence === "gone" ? 2 * DAY_MS : 0),
});

export const PEOPLE = [
	person("mary@lab", "Mary"),
	person("henry@lab", "Henry", "away"),
	person("zoe@lab", "Zoë"),
	person("long@lab", "Wolfeschlegelsteinhausenbergerdorff the Elder of Bad Königshofen"),
	person("noor@lab", "نور الدين"),
	person("kenji@lab", "山田 健二"),
	person("cat@lab", "🐈 cat"),
	person("gone@lab", "Gustav", "gone"),
	person("old@v1", "Old client"),
];
