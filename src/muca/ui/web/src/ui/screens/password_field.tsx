import type { ComponentProps } from "preact";
import { useState } from "preact/hooks";
import { text } from "../../text";
import { Button } from "../parts/button";
import { Field } from "../parts/field";

/** A password field with a button to show the password. */
export function PasswordField(props: ComponentProps<typeof Field>) {
	const words = text.value.screens.join;
	const [shown, setShown] = useState(false);
	return (
		<div class="password">
			<Field {...props} type={shown ? "text" : "password"} autocapitalize="none" spellcheck={false} />
			<Button look="link" onClick={() => setShown(!shown)}>
				{shown ? words.passwordHide : words.passwordShow}
			</Button>
		</div>
	);
}
