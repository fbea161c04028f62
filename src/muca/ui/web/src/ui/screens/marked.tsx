import { type Marks, pieces } from "./marks";

/** A text with what was looked for marked in it. */
export function Marked({ text, marks }: { text: string; marks: Marks }) {
	return (
		<>
			{pieces(text, marks).map((piece) =>
				piece.marked ? <mark key={piece.at}>{piece.text}</mark> : <span key={piece.at}>{piece.text}</span>,
			)}
		</>
	);
}
