/** The conversation around a row, and the actions that it provides to rows. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Conversation, MessageView } from "../../chat/chat";
import type { FileInfo, Seq } from "../../wire/words";

export interface Place {
	conversation: Conversation;
	/** Scroll to a message, and highlight it briefly. */
	jumpTo(seq: Seq): void;
	/** Reply to or edit a message, in the composer. */
	reply(message: MessageView): void;
	edit(message: MessageView): void;
	remove(message: MessageView): void;
	/** Move an unsent message back into the message box. */
	takeBack(message: MessageView): void;
	showSeenBy(message: MessageView): void;
	/** `seq`: their message. */
	showImages(seq: Seq | null, files: readonly FileInfo[], first: FileInfo): void;
}

const PlaceContext = createContext<Place | null>(null);
export const PlaceProvider = PlaceContext.Provider;

export function usePlace(): Place {
	const place = useContext(PlaceContext);
	if (!place) throw new Error("There is no PlaceProvider around this component.");
	return place;
}
