import { duration, text } from "../../text";
import { Button } from "../parts/button";
import { AlertIcon } from "../parts/icons";
import { Notice } from "./notice";

interface TroubleProps {
	/** Null: nothing is wrong. */
	words: string | null | undefined;
	onAgain?: () => void;
	/** Seconds until one may try again. */
	wait?: number | null;
}

/** Why something could not be read or done. */
export function Trouble({ words, onAgain, wait = null }: TroubleProps) {
	const { tryAgain, wait: waitFor } = text.value.screens.all;
	if (!words) return null;
	return (
		<Notice icon={AlertIcon} look="danger" alert>
			<p>{words}</p>
			{/* Seen, and not said every second. */}
			{wait !== null && <p aria-hidden="true">{waitFor(duration(wait))}</p>}
			{onAgain && (
				<Button look="link" onClick={onAgain}>
					{tryAgain}
				</Button>
			)}
		</Notice>
	);
}
