import { plurals } from "../plurals";

const plural = plurals("en");

export const screens = {
	time: {
		seconds: (count: number) => plural(count, "# second", "# seconds"),
		minutes: (count: number) => plural(count, "# minute", "# minutes"),
		hours: (count: number) => plural(count, "# hour", "# hours"),
		days: (count: number) => plural(count, "# day", "# days"),
	},
};
