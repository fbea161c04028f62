import { duration, text } from "../../text";
import { Button } from "../parts/button";
import { AlertIcon } from "../parts/icons";
import { Notice } from "./notice";

interface TroubleProps {
	/** Null: nothing is wrong. */
	words: string | null | undefined;
	onAgain?: () => void;
	/** Seconds until a retry is allowed. */
	wait?: number | null;
}

/** An error message, with a retry button. */
export function Trouble({ words, onAgain, wait = null }: TroubleProps) {
	const { tryAgain, wait: waitFor } = text.value.screens.all;
	if (!words) return null;
	return (
		<Notice icon={AlertIcon} look="danger" alert>
			<p>{words}</p>
			{/* Visible, but not announced every second. */}
			{wait !== null && <p aria-hidden="true">{waitFor(duration(wait))}</p>}
			{onAgain && (
				<Button look="link" onClick={onAgain}>
					{tryAgain}
				</Button>
			)}
		</Notice>
	);
}
