/** The list of keyboard shortcuts, opened with “?”. */

import { text } from "../../text";
import { Dialog } from "../parts/dialog";
import { closeScreen } from "./screen";
import "./lists.css";

export function Keys() {
	const words = text.value.screens.keys;
	const parts: [string, [string, string][]][] = [
		[
			words.anywhere,
			[
				["Ctrl K", words.jump],
				["Ctrl Shift F", words.search],
				["Alt ↑ ↓", words.next],
				["Ctrl ,", words.settings],
				["?", words.list],
				["Esc", words.close],
			],
		],
		[
			words.writing,
			[
				["Enter", words.send],
				["Shift Enter", words.line],
				["↑", words.edit],
				["Tab", words.mention],
			],
		],
		[
			words.reading,
			[
				["↑ ↓", words.move],
				["Esc", words.write],
			],
		],
	];
	return (
		<Dialog title={words.title} onClose={closeScreen}>
			<div class="stack">
				{parts.map(([title, keys]) => (
					<section key={title} aria-label={title}>
						<h3 class="part-title">{title}</h3>
						<dl class="keys">
							{keys.map(([key, meaning]) => (
								<div key={key}>
									<dt>
										<kbd>{key}</kbd>
									</dt>
									<dd>{meaning}</dd>
								</div>
							))}
						</dl>
					</section>
				))}
			</div>
		</Dialog>
	);
}
