/** The help on formatting: examples as typed and as shown. */

import { useMemo } from "preact/hooks";
import { parseMarkdown } from "../../markdown/blocks";
import { text } from "../../text";
import { Nodes } from "../conversation/body";
import { Dialog } from "../parts/dialog";
import { closeScreen } from "./screen";
import "./lists.css";

export function Formatting() {
	const words = text.value.screens.formatting;
	return (
		<Dialog title={words.title} onClose={closeScreen}>
			<div class="stack">
				<p>{words.intro}</p>
				<table class="formatting">
					<thead>
						<tr>
							<th scope="col">{words.typed}</th>
							<th scope="col">{words.shown}</th>
						</tr>
					</thead>
					<tbody>
						{words.examples.map((example) => (
							<Example key={example} source={example} />
						))}
					</tbody>
				</table>
				<p>
					{words.plain} <code>{words.plainExample}</code>
				</p>
			</div>
		</Dialog>
	);
}

function Example({ source }: { source: string }) {
	const nodes = useMemo(() => parseMarkdown(source), [source]);
	return (
		<tr>
			<td>
				<pre>{source}</pre>
			</td>
			<td>
				<div class="body">
					<Nodes nodes={nodes} />
				</div>
			</td>
		</tr>
	);
}
