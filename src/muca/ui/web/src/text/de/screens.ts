import type { Texts } from "../en";
import { plurals } from "../plurals";

const plural = plurals("de");

export const screens: Texts["screens"] = {
	time: {
		seconds: (count) => plural(count, "# Sekunde", "# Sekunden"),
		minutes: (count) => plural(count, "# Minute", "# Minuten"),
		hours: (count) => plural(count, "# Stunde", "# Stunden"),
		days: (count) => plural(count, "# Tag", "# Tage"),
	},
};
