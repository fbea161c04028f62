/**
 * A long list that is drawn only where one looks, and in which nothing jumps: what one reads stays where it is when rows come above or
 * below, go, or change their height; at the end it follows what comes, as far as nothing that is to be read leaves the view.
 *
 * All that is remembered is what is where (`place`): the end, or rows and their distance from the top. Which rows are drawn follows from
 * that, and after each drawing and each change of a height the view is put so that it holds again.
 */

import { Component, type ComponentChildren, createRef } from "preact";
import { type Anchor, covers, including, rowAt, type Span, spanOf, tops } from "./layout";

interface Keyed {
	readonly key: string;
}

interface ListProps<Row extends Keyed> {
	rows: readonly Row[];
	draw: (row: Row) => ComponentChildren;
	/** How high a row may be that was never drawn. */
	estimate: (row: Row) => number;
	/** Whether it stays between the same neighbours; the line of a day does not, when more of that day comes above. */
	isSteady: (row: Row) => boolean;
	/** Above the first row. */
	before: ComponentChildren;
	/** Whether the last row is the newest there is: the view follows it. */
	complete: boolean;
	/** The name of the list. */
	label: string;
	/** Where the view begins. */
	place: Place;
	/** The first row that is still to be read: the view follows the end as long as this one is in it. */
	firstUnread: () => string | null;
	/** The view was moved, by a person or by new rows. */
	onView: (view: View) => void;
}

export type Place = "end" | readonly Anchor[];

export interface View {
	place: Place;
	/** The rows of which one has seen the end, or so much as fits; null while the list is not shown. */
	seen: Span | null;
	/** One sees it, and its end. */
	atEnd: boolean;
	nearStart: boolean;
	nearEnd: boolean;
}

/** Drawn beyond what is in view, in pixels, and of that what has to be there before more is drawn. */
const OVERSCAN = 1200;
const MARGIN = 400;
/** This near to the end is at the end. */
const AT_END = 24;
/** A row that one is led to is at least so far below the top. */
const BELOW_TOP = 64;
/** When this many views are left, more is wanted. */
const NEAR_VIEWS = 1.5;

export class List<Row extends Keyed> extends Component<ListProps<Row>> {
	private readonly box = createRef<HTMLDivElement>();
	private readonly inner = createRef<HTMLDivElement>();
	private readonly above = createRef<HTMLDivElement>();
	private readonly below = createRef<HTMLDivElement>();
	private readonly heights = new Map<string, number>();
	private readonly resized = new ResizeObserver(() => this.settle());
	private place: Place = this.props.place;
	/** Somebody goes to the end, past what is still to be read. */
	private isPassing = false;
	/** How far the list is scrolled, as far as is known here. */
	private top = 0;
	private tops: readonly number[] = [0];
	private drawn: Span = { first: 0, last: 0 };

	/** Bring a row into the middle of the view. */
	goTo(key: string): void {
		const view = this.box.current?.clientHeight ?? 0;
		const height = this.heights.get(key) ?? 0;
		this.place = [{ key, y: Math.max(BELOW_TOP, (view - height) / 2) }];
		this.forceUpdate();
	}

	goToEnd(): void {
		this.place = "end";
		this.isPassing = true;
		this.forceUpdate();
	}

	override componentDidMount(): void {
		if (this.box.current) this.resized.observe(this.box.current);
		if (this.inner.current) this.resized.observe(this.inner.current);
		this.settle();
	}

	override componentWillUnmount(): void {
		this.resized.disconnect();
	}

	override getSnapshotBeforeUpdate(): boolean {
		return this.box.current?.contains(document.activeElement) ?? false;
	}

	override componentDidUpdate(_props: unknown, _state: unknown, hadFocus: boolean): void {
		// The row that had focus may be gone: then the list itself has it, and the keys still scroll.
		if (hadFocus && document.activeElement === document.body) this.box.current?.focus({ preventScroll: true });
		this.settle();
	}

	render({ rows, draw, estimate, isSteady, before, label }: ListProps<Row>) {
		this.tops = tops(rows.map((row) => this.heights.get(row.key) ?? estimate(row)));
		this.drawn = this.wanted(OVERSCAN);
		const { first, last } = this.drawn;
		return (
			<div
				ref={this.box}
				class="log-box"
				role="log"
				aria-live="off"
				aria-label={label}
				// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be within the reach of keys
				tabIndex={0}
				onScroll={this.scrolled}
			>
				<div ref={this.inner} class="log-inner">
					{before}
					<div ref={this.above} />
					{rows.slice(first, last).map((row) => (
						<div key={row.key} data-key={row.key} data-steady={isSteady(row)} class="log-row">
							{draw(row)}
						</div>
					))}
					<div ref={this.below} />
				</div>
			</div>
		);
	}

	/** The rows around the place, by what is known of their heights. */
	private wanted(margin: number): Span {
		const view = this.box.current?.clientHeight || 800;
		const total = this.tops.at(-1) ?? 0;
		const anchor = this.anchor();
		const top = anchor ? (this.tops[anchor.index] ?? 0) - anchor.y : total - view;
		const around = spanOf(this.tops, top - margin, top + view + margin);
		return this.selected().reduce(including, around);
	}

	/** The rows where what is selected begins and ends: they stay drawn, or the browser would forget them. */
	private selected(): number[] {
		const selection = getSelection();
		if (!selection || selection.isCollapsed) return [];
		const keys = [selection.anchorNode, selection.focusNode].map(
			(node) => rowOf(node, this.inner.current)?.dataset.key,
		);
		return keys.map((key) => this.props.rows.findIndex((row) => row.key === key)).filter((index) => index >= 0);
	}

	/** The first row of the place that is still there; null: the end. */
	private anchor(): (Anchor & { index: number }) | null {
		if (this.place === "end") return this.firstUnreadAbove();
		const { rows } = this.props;
		for (const each of this.place) {
			const index = rows.findIndex(({ key }) => key === each.key);
			if (index >= 0) return { ...each, index };
		}
		return null;
	}

	/** At the end: the first unread row, if it would be above the view. */
	private firstUnreadAbove(): (Anchor & { index: number }) | null {
		const key = this.isPassing ? null : this.props.firstUnread();
		const index = key === null ? -1 : this.props.rows.findIndex((row) => row.key === key);
		if (key === null || index < 0) return null;
		const height = (this.tops.at(-1) ?? 0) - (this.tops[index] ?? 0);
		return height + BELOW_TOP > (this.box.current?.clientHeight || 800) ? { key, y: BELOW_TOP, index } : null;
	}

	/** Learn the heights of what is drawn, put the view so that the place holds, draw more where that leaves a gap. */
	private settle(): void {
		const box = this.box.current;
		if (!box || !this.above.current || !this.below.current) return;
		if (box.clientHeight === 0) {
			this.report(); // not shown: there is nothing to measure
			return;
		}
		for (const element of this.elements()) {
			this.heights.set(element.dataset.key ?? "", element.getBoundingClientRect().height);
		}
		this.tops = tops(this.props.rows.map((row) => this.heights.get(row.key) ?? this.props.estimate(row)));
		this.above.current.style.height = `${this.tops[this.drawn.first] ?? 0}px`;
		this.below.current.style.height = `${(this.tops.at(-1) ?? 0) - (this.tops[this.drawn.last] ?? 0)}px`;

		this.put(box);
		if (!covers(this.drawn, this.wanted(MARGIN))) this.forceUpdate();
		this.report();
	}

	/** Move the view so that the place holds; where it cannot, at an end of the list, the place is what is there. */
	private put(box: HTMLElement): void {
		const anchor = this.anchor();
		const element = anchor && this.elements().find(({ dataset }) => dataset.key === anchor.key);
		const off = () =>
			element && anchor ? element.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.y : 0;
		if (anchor === null) box.scrollTop = box.scrollHeight;
		else box.scrollTop += off();
		this.top = box.scrollTop;
		const isHeld = this.place === "end" && element;
		if ((isHeld || Math.abs(off()) > 1) && covers(this.drawn, this.wanted(0))) this.place = this.read(box);
	}

	private readonly scrolled = (): void => {
		const box = this.box.current;
		if (!box || this.props.rows.length === 0) return;
		// Nobody has moved the view since it was put there: something else may have changed, and it is put again.
		if (Math.abs(box.scrollTop - this.top) < 1) {
			this.settle();
			return;
		}
		this.top = box.scrollTop;
		this.place = this.read(box);
		if (!covers(this.drawn, this.wanted(MARGIN))) this.forceUpdate();
		this.report();
	};

	/** The place as one sees it. */
	private read(box: HTMLElement): Place {
		return this.props.complete && toEnd(box) <= AT_END ? "end" : this.seen(box);
	}

	/** What is in view: rows that begin there, then the one that reaches into it; what may move, last. */
	private seen(box: HTMLElement): readonly Anchor[] {
		const { top } = box.getBoundingClientRect();
		const anchors = this.elements().map((element) => {
			const rect = element.getBoundingClientRect();
			const rank = (rect.top < top ? 1 : 0) + (element.dataset.steady === "true" ? 0 : 2);
			return { key: element.dataset.key ?? "", y: rect.top - top, bottom: rect.bottom - top, rank };
		});
		const inView = anchors.filter(({ y, bottom }) => bottom > 0 && y < box.clientHeight);
		if (inView.length > 0) return inView.sort((one, other) => one.rank - other.rank);
		// Scrolled in one go to where nothing is drawn.
		const start = this.above.current?.offsetTop ?? 0;
		const index = rowAt(this.tops, box.scrollTop - start);
		const row = this.props.rows[index];
		return row ? [{ key: row.key, y: (this.tops[index] ?? 0) + start - box.scrollTop }] : [];
	}

	private report(): void {
		const box = this.box.current;
		if (!box) return;
		if (this.place !== "end" || this.props.firstUnread() === null) this.isPassing = false;
		const near = box.clientHeight * NEAR_VIEWS;
		this.props.onView({
			place: this.place,
			seen: this.readable(box),
			atEnd: box.clientHeight > 0 && this.place === "end",
			nearStart: box.scrollTop < near,
			nearEnd: toEnd(box) < near,
		});
	}

	/** The rows whose end is in view; of one that is higher, its beginning is enough. */
	private readable(box: HTMLElement): Span | null {
		const { top, bottom, height } = box.getBoundingClientRect();
		if (height === 0) return null;
		const rects = this.elements().map((element) => element.getBoundingClientRect());
		const first = rects.findIndex((rect) => rect.bottom > top);
		const last = rects.findLastIndex((rect) => rect.bottom <= bottom + 1 || rect.top < top + height / 2);
		return { first: this.drawn.first + Math.max(first, 0), last: this.drawn.first + last + 1 };
	}

	private elements(): HTMLElement[] {
		return Array.from(this.inner.current?.querySelectorAll<HTMLElement>(":scope > .log-row") ?? []);
	}
}

/** The row that this is in. */
export function rowOf(node: Node | null, inner: Element | null): HTMLElement | null {
	const element = node instanceof Element ? node : node?.parentElement;
	return inner?.contains(element ?? null) ? (element?.closest<HTMLElement>(".log-row") ?? null) : null;
}

const toEnd = (box: HTMLElement): number => box.scrollHeight - box.scrollTop - box.clientHeight;
