import { text } from "../../text";
import { Button } from "../parts/button";
import { AlertIcon } from "../parts/icons";
import { Notice } from "./notice";

/** Why something could not be read or done; null: nothing is wrong. */
export function Trouble({ words, onAgain }: { words: string | null | undefined; onAgain?: () => void }) {
	if (!words) return null;
	return (
		<Notice icon={AlertIcon} look="danger" alert>
			<p>{words}</p>
			{onAgain && (
				<Button look="link" onClick={onAgain}>
					{text.value.screens.all.tryAgain}
				</Button>
			)}
		</Notice>
	);
}
