import type { Texts } from "../en";
import { chat } from "./chat";
import { conversation } from "./conversation";
import { screens } from "./screens";

export const de: Texts = { chat, conversation, screens };
