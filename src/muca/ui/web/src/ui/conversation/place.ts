/** The conversation around a row, and what a row can ask of it. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Conversation, MessageView } from "../../chat/chat";
import type { FileInfo, Seq } from "../../wire/words";

export interface Place {
	conversation: Conversation;
	/** Show a message of the room, and mark it for a moment. */
	jumpTo(seq: Seq): void;
	/** Answer it, or change it: the composer takes over. */
	reply(message: MessageView): void;
	edit(message: MessageView): void;
	remove(message: MessageView): void;
	/** Have it in the field again, for it was not sent. */
	takeBack(message: MessageView): void;
	showSeenBy(message: MessageView): void;
	/** `seq`: of their message. */
	showImages(seq: Seq | null, files: readonly FileInfo[], first: FileInfo): void;
}

const PlaceContext = createContext<Place | null>(null);
export const PlaceProvider = PlaceContext.Provider;

export function usePlace(): Place {
	const place = useContext(PlaceContext);
	if (!place) throw new Error("There is no PlaceProvider around this component.");
	return place;
}
