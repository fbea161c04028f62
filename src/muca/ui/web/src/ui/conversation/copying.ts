/** Copying from the log: within a message the visible text, of several messages the names, times and texts as typed. */

import type { Row } from "../../chat/chat";
import { longDate, timeOfDay } from "../../text";

const BLOCKS = "p, li, pre, tr, blockquote, ul, ol, table, div";

export function copyRows(event: ClipboardEvent, rows: readonly Row[]): void {
	const selection = getSelection();
	const log = event.currentTarget as Element;
	if (!selection || selection.isCollapsed || !log.contains(selection.anchorNode)) return;
	const range = selection.getRangeAt(0);
	const elements = [...log.querySelectorAll<HTMLElement>(".log-row")].filter((row) => selectedText(range, row) !== "");
	const text = elements.length > 1 ? textOfRows(elements, range, rows) : selection.toString().trimEnd();
	if (text === "") return;
	event.clipboardData?.setData("text/plain", text);
	event.preventDefault();
}

function textOfRows(elements: readonly HTMLElement[], range: Range, rows: readonly Row[]): string {
	const byKey = new Map(rows.map((row) => [row.key, row]));
	const parts = elements.map((element, index) => {
		const row = byKey.get(element.dataset.key ?? "");
		if (!row || row.is === "new") return "";
		if (row.is === "day") return `\n${longDate(row.ts)}\n`;
		if (row.is === "notice") return `\n${selectedText(range, element)}\n`;
		const { nickname, ts, text, files } = row.message;
		const body = element.querySelector(".body");
		const said = body && !isWhole(range, body) ? selectedText(range, body) : text;
		const words = [said, ...files.map(({ NAME }) => NAME)].filter((each) => each !== "").join("\n");
		return row.head || index === 0 ? `\n${nickname}, ${timeOfDay(ts)}\n${words}` : words;
	});
	return parts
		.filter((part) => part !== "")
		.join("\n")
		.trim();
}

const isWhole = (range: Range, element: Element): boolean =>
	range.comparePoint(element, 0) === 0 && range.comparePoint(element, element.childNodes.length) === 0;

/** The selected text of an element, with a line for each block. */
function selectedText(range: Range, element: Element): string {
	if (!range.intersectsNode(element)) return "";
	let text = "";
	const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
	while (walker.nextNode()) {
		const node = walker.currentNode;
		if (!range.intersectsNode(node)) continue;
		if (node instanceof Element) {
			if (node.matches("br") || (node.matches(BLOCKS) && text !== "" && !text.endsWith("\n"))) text += "\n";
		} else if (!node.parentElement?.closest(".gutter, .actions, .unseen")) {
			const words = node.textContent ?? "";
			const end = node === range.endContainer ? range.endOffset : words.length;
			text += words.slice(node === range.startContainer ? range.startOffset : 0, end);
		}
	}
	return text.trim() === "" ? "" : text;
}
