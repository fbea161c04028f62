/** An unread count; `hot`: for mentions and private messages. `label`: the same in words. */

import { number } from "../../text";
import { words } from "./button";

export function Badge({ count, hot = false, label }: { count: number; hot?: boolean; label: string }) {
	return (
		<span class={words("badge", hot && "hot")} title={label}>
			<span aria-hidden="true">{count > 999 ? "999+" : number(count)}</span>
			<span class="unseen">{label}</span>
		</span>
	);
}
