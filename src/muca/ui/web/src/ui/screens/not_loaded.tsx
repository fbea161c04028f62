import { reloadPage } from "../../pwa/update";
import { text } from "../../text";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { closeScreen } from "./screen";

/** Shown instead of a screen whose code could not be loaded: the server is away, or has another version of the page. */
export function NotLoaded() {
	const words = text.value.screens.all;
	return (
		<Dialog
			title={words.notLoaded}
			onClose={closeScreen}
			actions={
				<Button look="accent" onClick={reloadPage}>
					{words.reload}
				</Button>
			}
		>
			<p>{words.notLoadedText}</p>
		</Dialog>
	);
}
