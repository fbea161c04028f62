/** The menu of what may be done about somebody. */

import { text } from "../../text";
import type { Role } from "../../wire/words";
import { BanIcon, DoorIcon, MuteIcon, ShieldIcon } from "../parts/icons";
import type { MenuItem } from "../parts/menu";
import type { Deeds } from "./rights";

export type Verb = "kick" | "mute" | "unmute" | "ban";

interface DeedItemsProps {
	deeds: Deeds;
	muted: boolean;
	onDeed: (verb: Verb) => void;
	onRole: (role: Role) => void;
}

export function deedItems({ deeds, muted, onDeed, onRole }: DeedItemsProps): MenuItem[] {
	const words = text.value.screens.people;
	const { roles } = text.value.screens;
	const items: (MenuItem | false)[] = [
		...deeds.roles.map((role) => ({ label: words.role(roles[role]), icon: ShieldIcon, onPick: () => onRole(role) })),
		(deeds.mute || (muted && deeds.kick)) && {
			label: muted ? words.unmute : words.mute,
			icon: MuteIcon,
			onPick: () => onDeed(muted ? "unmute" : "mute"),
		},
		deeds.kick && { label: words.kick, icon: DoorIcon, danger: true, onPick: () => onDeed("kick") },
		deeds.ban && { label: words.ban, icon: BanIcon, danger: true, onPick: () => onDeed("ban") },
	];
	return items.filter((item) => item !== false);
}
