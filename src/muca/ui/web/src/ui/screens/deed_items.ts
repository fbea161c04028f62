/** The menu of permitted actions on a person. */

import { text } from "../../text";
import type { Role } from "../../wire/words";
import { BanIcon, DoorIcon, MuteIcon, ShieldIcon } from "../parts/icons";
import type { MenuItem } from "../parts/menu";
import type { Deeds } from "./rights";

export type Verb = "kick" | "mute" | "unmute" | "ban" | "unban";
/** Actions without a confirmation. */
export type Lifting = Extract<Verb, "unmute" | "unban">;

interface DeedItemsProps {
	deeds: Deeds;
	muted: boolean;
	/** Whether the person is banned from the server; then no other action is offered. */
	banned: boolean;
	onDeed: (verb: Exclude<Verb, Lifting>) => void;
	onLift: (verb: Lifting) => void;
	onRole: (role: Role) => void;
}

export function deedItems({ deeds, muted, banned, onDeed, onLift, onRole }: DeedItemsProps): MenuItem[] {
	const words = text.value.screens.people;
	const { roles } = text.value.screens;
	if (banned) return deeds.ban ? [{ label: words.unban, icon: BanIcon, onPick: () => onLift("unban") }] : [];
	const items: (MenuItem | false)[] = [
		...deeds.roles.map((role) => ({ label: words.role(roles[role]), icon: ShieldIcon, onPick: () => onRole(role) })),
		(deeds.mute || (muted && deeds.kick)) && {
			label: muted ? words.unmute : words.mute,
			icon: MuteIcon,
			onPick: () => (muted ? onLift("unmute") : onDeed("mute")),
		},
		deeds.kick && { label: words.kick, icon: DoorIcon, danger: true, onPick: () => onDeed("kick") },
		deeds.ban && { label: words.ban, icon: BanIcon, danger: true, onPick: () => onDeed("ban") },
	];
	return items.filter((item) => item !== false);
}
