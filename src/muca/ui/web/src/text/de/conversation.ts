import type { Texts } from "../en";

export const conversation: Texts["conversation"] = {
	close: "Schließen",
};
