/** The text of a message. It becomes elements one by one: nothing in it is ever taken for HTML. */

import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { MessageView } from "../../chat/chat";
import { text } from "../../text";
import { useChat } from "../chat";
import { IconButton, words } from "../parts/button";
import { copy } from "../parts/clipboard";
import { CopyIcon } from "../parts/icons";
import { cutAtMentions, isEmojiOnly, type Node, parseMarkdown } from "./markdown";

export function Body({ message }: { message: MessageView }) {
	const chat = useChat();
	const me = chat.me.value?.uid;
	const nodes = useMemo(() => parseMarkdown(message.text), [message.text]);
	const names = mentionNames(message, (uid) => chat.person(uid).nickname);
	const mine = me === undefined ? [] : [me, chat.person(me).nickname, ...(message.mentionsRoom ? ["room"] : [])];
	return (
		<div class={words("body", isEmojiOnly(message.text) && "large")} dir="auto">
			<Nodes nodes={nodes} names={names} mine={mine.map((name) => `@${name}`.toLocaleLowerCase())} />
		</div>
	);
}

function mentionNames(message: MessageView, nickname: (uid: string) => string): string[] {
	const names = message.mentions.flatMap((uid) => [uid, nickname(uid)]);
	return message.mentionsRoom ? [...names, "room"] : names;
}

interface NodesProps {
	nodes: readonly Node[];
	names: readonly string[];
	/** Mentions of oneself, as they are written. */
	mine: readonly string[];
}

function Nodes({ nodes, names, mine }: NodesProps): ComponentChildren {
	// biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text have nothing else, and come and go together
	return nodes.map((node, index) => <One key={index} node={node} names={names} mine={mine} />);
}

function One({ node, names, mine }: Omit<NodesProps, "nodes"> & { node: Node }) {
	if ("children" in node) {
		const { is: Tag, href, start, children } = node;
		const inner = <Nodes nodes={children} names={names} mine={mine} />;
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
			return <Words source={node.text} names={names} mine={mine} />;
	}
}

function Words({ source, names, mine }: { source: string; names: readonly string[]; mine: readonly string[] }) {
	const pieces = cutAtMentions(source, names);
	return pieces.map((piece, index) =>
		index % 2 === 1 ? (
			// biome-ignore lint/suspicious/noArrayIndexKey: pieces have nothing else
			<span key={index} class={words("at", mine.includes(piece.toLocaleLowerCase()) && "myself")}>
				{piece}
			</span>
		) : (
			piece
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
