/** A code block, as it was typed, with a copy button, and colours if it names its language. */

import type { ElementContent, Root } from "hast";
import type { ComponentChildren } from "preact";
import { startColoring } from "../../markdown/coloring";
import { text } from "../../text";
import { IconButton } from "../parts/button";
import { copy } from "../parts/clipboard";
import { CopyIcon } from "../parts/icons";

const colorsOf = startColoring(
	() => new Worker(new URL("../../markdown/highlight.worker.ts", import.meta.url), { type: "module" }),
);

export function CodeBlock({ source, language }: { source: string; language: string }) {
	const { copyCode, copied } = text.value.conversation;
	return (
		<div class="code">
			<div class="code-head">
				{language !== "" && <span class="language">{language}</span>}
				<IconButton small icon={CopyIcon} label={copyCode} onClick={() => copy(source, copied)} />
			</div>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within the reach of keys */}
			<pre dir="ltr" tabIndex={0}>
				<code>{language === "" ? source : <Colored source={source} language={language} />}</code>
			</pre>
		</div>
	);
}

function Colored({ source, language }: { source: string; language: string }) {
	const colors = colorsOf({ source, language }).value;
	return <>{colors === null ? source : elements(colors.children)}</>;
}

function elements(nodes: readonly (ElementContent | Root["children"][number])[]): ComponentChildren {
	return nodes.map((node, index) => {
		if (node.type === "text") return node.value;
		if (node.type !== "element") return null;
		const names = node.properties.className;
		return (
			// biome-ignore lint/suspicious/noArrayIndexKey: what is coloured comes and goes together
			<span key={index} class={Array.isArray(names) ? names.join(" ") : undefined}>
				{elements(node.children)}
			</span>
		);
	});
}
