import { type Marks, pieces } from "./marks";

/** A text with its search hits highlighted. */
export function Marked({ text, marks }: { text: string; marks: Marks }) {
	return (
		<>
			{pieces(text, marks).map((piece) =>
				piece.marked ? <mark key={piece.at}>{piece.text}</mark> : <span key={piece.at}>{piece.text}</span>,
			)}
		</>
	);
}
