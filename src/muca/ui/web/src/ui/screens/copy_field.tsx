import { useId } from "preact/hooks";
import { text } from "../../text";
import { Button } from "../parts/button";
import { copy } from "../parts/clipboard";
import { CopyIcon } from "../parts/icons";

/** A read-only field with a copy button. */
export function CopyField({ label, value }: { label: string; value: string }) {
	const id = useId();
	const words = text.value.screens.all;
	return (
		<div class="field">
			<label for={id}>{label}</label>
			<div class="row tight">
				<input class="input grows" id={id} readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
				<Button icon={CopyIcon} onClick={() => copy(value, words.copied)}>
					{words.copy}
				</Button>
			</div>
		</div>
	);
}
