/** The user's settings: name, appearance, notifications, account, devices, data. */

import { text } from "../../text";
import { BellIcon, DeviceIcon, DownloadIcon, EyeIcon, KeyIcon, PersonIcon } from "../parts/icons";
import { Paged, type PagedPart } from "./paged";
import type { SettingsPage } from "./screen";
import { Account } from "./settings_account";
import { Data } from "./settings_data";
import { Devices } from "./settings_devices";
import { Look } from "./settings_look";
import { Notifications } from "./settings_notifications";
import { You } from "./settings_you";

export function Settings({ page }: { page?: SettingsPage }) {
	const words = text.value.screens.settings;
	const parts: PagedPart<SettingsPage>[] = [
		{ name: "you", title: words.you, icon: PersonIcon, shows: () => <You /> },
		{ name: "look", title: words.look, icon: EyeIcon, shows: () => <Look /> },
		{ name: "notifications", title: words.notifications, icon: BellIcon, shows: () => <Notifications /> },
		{ name: "account", title: words.account, icon: KeyIcon, shows: () => <Account /> },
		{ name: "devices", title: words.devices, icon: DeviceIcon, shows: () => <Devices /> },
		{ name: "data", title: words.data, icon: DownloadIcon, shows: () => <Data /> },
	];
	return <Paged title={words.title} label={words.pages} parts={parts} first={page} />;
}
