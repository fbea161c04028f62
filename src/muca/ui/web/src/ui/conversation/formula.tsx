/** A formula, as MathML: browsers set it without fonts or styles of ours. As it was typed until KaTeX is there, or if it is none. */

import { useMemo } from "preact/hooks";
import { withoutMarks } from "../../markdown/marks";
import type { Formula } from "../../markdown/tree";
import { later } from "../parts/later";

const math = later(() => import("../../markdown/math"));

export function FormulaView({ formula: { text, source, display } }: { formula: Formula }) {
	const render = math().value?.renderMath;
	const shown = useMemo(() => render?.(withoutMarks(text), display) ?? null, [render, text, display]);
	const typed = withoutMarks(source);
	return (
		<span class="formula" title={shown === null ? undefined : typed}>
			{shown ?? typed}
		</span>
	);
}
