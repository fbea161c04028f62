/** A formula as MathML, which needs no fonts or styles. Shown as typed until KaTeX is loaded, or if it is invalid. */

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
