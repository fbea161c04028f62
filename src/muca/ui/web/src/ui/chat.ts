/** The chat that the page shows, for every component. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat } from "../chat/chat";

const ChatContext = createContext<Chat | null>(null);
export const ChatProvider = ChatContext.Provider;

export function useChat(): Chat {
	const chat = useContext(ChatContext);
	if (!chat) throw new Error("There is no ChatProvider around this component.");
	return chat;
}
