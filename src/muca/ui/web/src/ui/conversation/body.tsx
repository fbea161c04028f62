/** The text of a message. It becomes elements one by one: nothing in it is ever taken for HTML. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { MessageView } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { IconButton, words } from "../parts/button";
import { copy } from "../parts/clipboard";
import { CopyIcon } from "../parts/icons";
import { isEmojiOnly, markMentions, type Node, parseMarkdown, piecesOf } from "./markdown";

export function Body({ message }: { message: MessageView }) {
	const chat = useChat();
	const me = chat.me.value?.uid;
	const { text: source, mentions } = message;
	const nodes = useMemo(() => parseMarkdown(markMentions(source, mentions, me)), [source, mentions, me]);
	return (
		<div class={words("body", isEmojiOnly(source) && "large")} dir="auto">
			<Nodes nodes={nodes} />
		</div>
	);
}

function Nodes({ nodes }: { nodes: readonly Node[] }): ComponentChildren {
	// biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text have nothing else, and come and go together
	return nodes.map((node, index) => <One key={index} node={node} />);
}

function One({ node }: { node: Node }) {
	if ("children" in node) {
		const { is: Tag, href, start, children } = node;
		const inner = <Nodes nodes={children} />;
		if (Tag === "a") return <Link href={href}>{inner}</Link>;
		return Tag === "ol" ? <ol start={start}>{inner}</ol> : <Tag>{inner}</Tag>;
	}
	switch (node.is) {
		case "break":
			return <br />;
		case "code":
			return <code>{node.text}</code>;
		case "block":
			return <Code source={node.text} />;
		default:
			return <Words source={node.text} />;
	}
}

function Words({ source }: { source: string }) {
	return piecesOf(source).map(({ text, at }, index) =>
		at === null ? (
			text
		) : (
			// biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing else
			<span key={index} class={words("at", at === "me" && "myself")}>
				{text}
			</span>
		),
	);
}

function Link({ href, children }: { href: string; children: ComponentChildren }) {
	const here = location.href.split("#")[0] ?? "";
	if (href.startsWith(`${here}#`)) return <a href={href.slice(here.length)}>{children}</a>;
	return (
		<a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
			{children}
		</a>
	);
}

function Code({ source }: { source: string }) {
	const { copyCode, copied } = text.value.conversation;
	return (
		<div class="code">
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within the reach of keys */}
			<pre dir="ltr" tabIndex={0}>
				<code>{source}</code>
			</pre>
			<IconButton small icon={CopyIcon} label={copyCode} onClick={() => copy(source, copied)} />
		</div>
	);
}
