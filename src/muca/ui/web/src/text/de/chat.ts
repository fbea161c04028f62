import type { Texts } from "../en";

export const chat: Texts["chat"] = {};
