/** The text of a message. It is turned into elements one by one; nothing in it is ever treated as HTML. */

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { MessageView } from "../../chat/chat";
import { parseMarkdown } from "../../markdown/blocks";
import { isEmojiOnly } from "../../markdown/emoji_only";
import { markMentions, piecesOf, withoutMarks } from "../../markdown/marks";
import { bullet, type Item, type Link, type Node, type Table } from "../../markdown/tree";
import { text } from "../../text";
import { useChat } from "../chat";
import { Button, words } from "../parts/button";
import { CodeBlock } from "./code_block";
import { FormulaView } from "./formula";

export function Body({ message }: { message: MessageView }) {
	const chat = useChat();
	const me = chat.me.value?.uid;
	const { text: source, mentions } = message;
	const nodes = useMemo(() => parseMarkdown(markMentions(source, mentions, me)), [source, mentions, me]);
	const isLong = source.length > LONG_CHARS || source.split("\n", LONG_LINES + 1).length > LONG_LINES;
	const [whole, setWhole] = useState(false);
	const { showMore, showLess } = text.value.conversation;
	return (
		<>
			<div class={words("body", isEmojiOnly(source) && "large", isLong && !whole && "folded")} dir="auto">
				<Nodes nodes={nodes} />
			</div>
			{isLong && (
				<Button look="link" class="unfold" aria-expanded={whole} onClick={() => setWhole(!whole)}>
					{whole ? showLess : showMore}
				</Button>
			)}
		</>
	);
}

/** Longer messages are folded at first. */
const LONG_CHARS = 2_500;
const LONG_LINES = 30;

/** A text as elements. */
export function Nodes({ nodes }: { nodes: readonly Node[] }): ComponentChildren {
	// biome-ignore lint/suspicious/noArrayIndexKey: the nodes of a text have nothing else, and come and go together
	return nodes.map((node, index) => <One key={index} node={node} />);
}

function One({ node }: { node: Node }) {
	switch (node.is) {
		case "text":
			return <Words source={node.text} />;
		case "code":
			return <code>{withoutMarks(node.text)}</code>;
		case "block":
			return <CodeBlock source={withoutMarks(node.text)} language={node.language} />;
		case "math":
			return <FormulaView formula={node} />;
		case "a":
			return <LinkView link={node} />;
		case "list":
			return <ListView items={node.items} />;
		case "table":
			return <TableView table={node} />;
		case "heading":
			// Not a heading element, because messages must not become part of the page's outline.
			return (
				<p class="heading" data-level={node.level}>
					<Nodes nodes={node.children} />
				</p>
			);
		case "aligned":
			return (
				// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within the reach of keys
				<p class="aligned" dir="ltr" tabIndex={0}>
					<Nodes nodes={node.children} />
				</p>
			);
		default: {
			const { is: Tag, children } = node;
			return (
				<Tag>
					<Nodes nodes={children} />
				</Tag>
			);
		}
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

/** The target of a link is always visible. */
function LinkView({ link: { href, address, children } }: { link: Link }) {
	const here = location.href.split("#")[0] ?? "";
	const isHere = href.startsWith(`${here}#`);
	const inner = <Nodes nodes={children} />;
	return (
		<>
			{isHere ? (
				<a href={href.slice(here.length)}>{inner}</a>
			) : (
				<a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
					{inner}
				</a>
			)}
			{address !== null && <span class="address"> ({withoutMarks(address)})</span>}
		</>
	);
}

/** Markers are text as it was typed, so they can be copied, and numbers do not change. */
function ListView({ items }: { items: readonly Item[] }) {
	return (
		// biome-ignore lint/a11y/noRedundantRoles: without it, some browsers take a list without bullets for none
		<ul role="list">
			{items.map(({ marker, box, depth, children }, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: items come and go together
				<li key={index} data-depth={depth}>
					{box === null ? (
						<span class="marker">{bullet(marker)}</span>
					) : (
						<span class={words("task", /x/i.test(box) && "done")}>{box}</span>
					)}{" "}
					<div class="content">
						<Nodes nodes={children} />
					</div>
				</li>
			))}
		</ul>
	);
}

function TableView({ table: { align, rows } }: { table: Table }) {
	const [head = [], ...body] = rows;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within the reach of keys
		<div class="table" tabIndex={0}>
			<table>
				<thead>
					<tr>
						{align.map((side, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: cells come and go together
							<th key={index} data-align={side}>
								<Nodes nodes={head[index] ?? []} />
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{body.map((row, index) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: rows come and go together
						<tr key={index}>
							{row.map((cell, index) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: cells come and go together
								<td key={index} data-align={align[index]}>
									<Nodes nodes={cell} />
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
