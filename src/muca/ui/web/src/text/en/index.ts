import { chat } from "./chat";
import { conversation } from "./conversation";
import { screens } from "./screens";

export const en = { chat, conversation, screens };
export type Texts = typeof en;
