/**
 * A long list that renders only visible rows, and in which nothing jumps: the visible rows keep their position when others are
 * added, removed or change their height. At the end it scrolls with new rows, as long as no unread row leaves the view.
 *
 * The only state is `place`: the end, or rows with their distance from the top. It determines which rows are rendered. After
 * each render and each change of a height, the scroll position is restored from it.
 */

import { Component, type ComponentChildren, createRef } from "preact";
import { type Anchor, covers, including, rowAt, type Span, spanOf, tops } from "./layout";

interface Keyed {
	readonly key: string;
}

interface ListProps<Row extends Keyed> {
	rows: readonly Row[];
	draw: (row: Row) => ComponentChildren;
	/** The estimated height of a row that was never rendered. */
	estimate: (row: Row) => number;
	/** Whether it stays between the same neighbours. The row of a day does not, if earlier messages of that day are loaded. */
	isSteady: (row: Row) => boolean;
	/** Above the first row. */
	before: ComponentChildren;
	/** Whether the last row is the newest one, so the view follows it. */
	complete: boolean;
	/** The name of the list. */
	label: string;
	/** The initial position of the view. */
	place: Place;
	/** The first unread row: the view follows the end as long as this row is visible. */
	firstUnread: () => string | null;
	/** The view has changed, by scrolling or by new rows. */
	onView: (view: View) => void;
}

export type Place = "end" | readonly Anchor[];

export interface View {
	place: Place;
	/** The rows whose end was visible, or as much as fits; null while the list is hidden. */
	seen: Span | null;
	/** The list and its end are visible. */
	atEnd: boolean;
	nearStart: boolean;
	nearEnd: boolean;
}

/** Pixels to render beyond the view, and the part of it that must remain before more is rendered. */
const OVERSCAN = 1200;
const MARGIN = 400;
/** Distance from the end, in pixels, that counts as at the end. */
const AT_END = 24;
/** Minimum distance of a target row from the top. */
const BELOW_TOP = 64;
/** Load more when fewer than this many views are left. */
const NEAR_VIEWS = 1.5;

export class List<Row extends Keyed> extends Component<ListProps<Row>> {
	private readonly box = createRef<HTMLDivElement>();
	private readonly inner = createRef<HTMLDivElement>();
	private readonly above = createRef<HTMLDivElement>();
	private readonly below = createRef<HTMLDivElement>();
	private readonly heights = new Map<string, number>();
	private readonly resized = new ResizeObserver(() => this.settle());
	private place: Place = this.props.place;
	/** The user jumps to the end, past unread rows. */
	private isPassing = false;
	/** The last known scroll position. */
	private top = 0;
	/** The last known height of the view, and whether the end was visible. */
	private height = 0;
	private wasAtEnd = false;
	private tops: readonly number[] = [0];
	private drawn: Span = { first: 0, last: 0 };

	/** Scroll a row to the middle of the view. */
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
		// If the focused row is gone, focus the list itself, so that the keys still scroll.
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

	/** The rows around the place, by their known or estimated heights. */
	private wanted(margin: number): Span {
		const view = this.box.current?.clientHeight || 800;
		const total = this.tops.at(-1) ?? 0;
		const anchor = this.anchor();
		const top = anchor ? (this.tops[anchor.index] ?? 0) - anchor.y : total - view;
		const around = spanOf(this.tops, top - margin, top + view + margin);
		return this.selected().reduce(including, around);
	}

	/** The first and last row of the selection. They stay rendered, or the browser would drop the selection. */
	private selected(): number[] {
		const selection = getSelection();
		if (!selection || selection.isCollapsed) return [];
		const keys = [selection.anchorNode, selection.focusNode].map(
			(node) => rowOf(node, this.inner.current)?.dataset.key,
		);
		return keys.map((key) => this.props.rows.findIndex((row) => row.key === key)).filter((index) => index >= 0);
	}

	/** The first row of the place that still exists; null: the end. */
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

	/** Measure rendered rows, restore the scroll position, and render more if there is a gap. */
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

		this.keepEnd(box.clientHeight - this.height);
		this.put(box);
		if (!covers(this.drawn, this.wanted(MARGIN))) this.forceUpdate();
		this.report();
	}

	/** The view has changed its height, as it does when a keyboard appears. What was at the bottom stays there. */
	private keepEnd(more: number): void {
		if (more !== 0 && this.wasAtEnd && this.place !== "end") {
			this.place = this.place.map(({ key, y }) => ({ key, y: y + more }));
		}
	}

	/** Restore the scroll position from the place. If that is impossible at an end of the list, update the place. */
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
		// The user has not scrolled since the last restore, so restore it again in case something else has changed.
		if (Math.abs(box.scrollTop - this.top) < 1) {
			this.settle();
			return;
		}
		this.top = box.scrollTop;
		this.place = this.read(box);
		if (!covers(this.drawn, this.wanted(MARGIN))) this.forceUpdate();
		this.report();
	};

	/**
	 * The place for the current view. With unread rows above, it is not the end: the end would lead back to them, away from
	 * the row that somebody was led or scrolled to.
	 */
	private read(box: HTMLElement): Place {
		return this.isAtEnd(box) && this.props.firstUnread() === null ? "end" : this.seen(box);
	}

	private isAtEnd(box: HTMLElement): boolean {
		return this.props.complete && toEnd(box) <= AT_END;
	}

	/** The visible rows: those that begin in view, then the one that extends into it; unsteady rows last. */
	private seen(box: HTMLElement): readonly Anchor[] {
		const { top } = box.getBoundingClientRect();
		const anchors = this.elements().map((element) => {
			const rect = element.getBoundingClientRect();
			const rank = (rect.top < top ? 1 : 0) + (element.dataset.steady === "true" ? 0 : 2);
			return { key: element.dataset.key ?? "", y: rect.top - top, bottom: rect.bottom - top, rank };
		});
		const inView = anchors.filter(({ y, bottom }) => bottom > 0 && y < box.clientHeight);
		if (inView.length > 0) return inView.sort((one, other) => one.rank - other.rank);
		// Scrolled at once to where nothing is rendered.
		const start = this.above.current?.offsetTop ?? 0;
		const index = rowAt(this.tops, box.scrollTop - start);
		const row = this.props.rows[index];
		return row ? [{ key: row.key, y: (this.tops[index] ?? 0) + start - box.scrollTop }] : [];
	}

	private report(): void {
		const box = this.box.current;
		if (!box) return;
		const isAllRead = this.props.firstUnread() === null;
		if (box.clientHeight > 0) {
			this.height = box.clientHeight;
			this.wasAtEnd = this.isAtEnd(box);
			if (isAllRead && this.wasAtEnd) this.place = "end";
		}
		if (this.place !== "end" || isAllRead) this.isPassing = false;
		const near = box.clientHeight * NEAR_VIEWS;
		this.props.onView({
			place: this.place,
			seen: this.readable(box),
			atEnd: box.clientHeight > 0 && this.place === "end",
			nearStart: box.scrollTop < near,
			nearEnd: toEnd(box) < near,
		});
	}

	/** The rows whose end is in view; for one that is higher than the view, its beginning is enough. */
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

/** The row that contains a node. */
function rowOf(node: Node | null, inner: Element | null): HTMLElement | null {
	const element = node instanceof Element ? node : node?.parentElement;
	return inner?.contains(element ?? null) ? (element?.closest<HTMLElement>(".log-row") ?? null) : null;
}

const toEnd = (box: HTMLElement): number => box.scrollHeight - box.scrollTop - box.clientHeight;
