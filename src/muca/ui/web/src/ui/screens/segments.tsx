/** Radio buttons side by side, styled as a switch. */

import { useId } from "preact/hooks";

interface SegmentsProps<T extends string> {
	label: string;
	value: T;
	options: readonly (readonly [value: T, label: string])[];
	onChange: (value: T) => void;
	/** Whether the label is visible, and not only for screen readers. */
	shown?: boolean;
}

export function Segments<T extends string>({ label, value, options, onChange, shown = false }: SegmentsProps<T>) {
	const name = useId();
	return (
		<fieldset class="segments">
			<legend class={shown ? "label" : "unseen"}>{label}</legend>
			<div>
				{options.map(([each, text]) => (
					<label key={each}>
						<input type="radio" name={name} value={each} checked={each === value} onChange={() => onChange(each)} />
						<span>{text}</span>
					</label>
				))}
			</div>
		</fieldset>
	);
}
