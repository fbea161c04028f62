/** The menu of permitted actions on a person. */

import { text } from "../../text";
import type { Role } from "../../wire/words";
import { BanIcon, DoorIcon, MuteIcon, ShieldIcon, TrashIcon } from "../parts/icons";
import type { MenuItem } from "../parts/menu";
import type { Deeds } from "./rights";

export type Verb = "kick" | "mute" | "unmute" | "ban" | "unban" | "purge";
/** Actions without a confirmation. */
export type Lifting = Extract<Verb, "unmute" | "unban">;

interface DeedItemsProps {
	deeds: Deeds;
	muted: boolean;
	/** Whether the person is banned from the server; then only the ban and the messages are left to act on. */
	banned: boolean;
	onDeed: (verb: Exclude<Verb, Lifting>) => void;
	onLift: (verb: Lifting) => void;
	onRole: (role: Role) => void;
}

export function deedItems({ deeds, muted, banned, onDeed, onLift, onRole }: DeedItemsProps): MenuItem[] {
	const words = text.value.screens.people;
	const purge = deeds.purge && { label: words.purge, icon: TrashIcon, danger: true, onPick: () => onDeed("purge") };
	const unban = deeds.ban && { label: words.unban, icon: BanIcon, onPick: () => onLift("unban") };
	const items: (MenuItem | false)[] = banned
		? [unban, purge]
		: [
				...deeds.roles.map((role) => ({ label: words.role(role), icon: ShieldIcon, onPick: () => onRole(role) })),
				(deeds.mute || (muted && deeds.kick)) && {
					label: muted ? words.unmute : words.mute,
					icon: MuteIcon,
					onPick: () => (muted ? onLift("unmute") : onDeed("mute")),
				},
				deeds.kick && { label: words.kick, icon: DoorIcon, danger: true, onPick: () => onDeed("kick") },
				deeds.ban && { label: words.ban, icon: BanIcon, danger: true, onPick: () => onDeed("ban") },
				purge,
			];
	return items.filter((item) => item !== false);
}
