/** A field with its label, hint and error. */

import type {
	ComponentChildren,
	InputHTMLAttributes,
	LooseInputHTMLAttributes,
	PartialSelectHTMLAttributes,
	Ref,
	TextareaHTMLAttributes,
} from "preact";
import { useId } from "preact/hooks";
import { text } from "../../text";
import { words } from "./button";

interface About {
	label: string;
	hint?: ComponentChildren;
	/** The error, in one sentence that says what to do. */
	wrong?: string | null | undefined;
	/** The text and its maximum length; a hint appears when the field is full. */
	value?: unknown;
	maxLength?: unknown;
}

interface Wiring {
	id: string;
	class: string;
	"aria-invalid": boolean | undefined;
	"aria-describedby": string | undefined;
}

type LabelledProps = About & { children: (wiring: Wiring) => ComponentChildren };

function Labelled({ label, hint, wrong, value, maxLength, children }: LabelledProps) {
	const id = useId();
	const described = words(hint !== undefined && `${id}-hint`, wrong && `${id}-wrong`);
	const isFull = typeof maxLength === "number" && typeof value === "string" && value.length >= maxLength;
	return (
		<div class="field">
			<label for={id}>{label}</label>
			{children({
				id,
				class: "input",
				"aria-invalid": wrong ? true : undefined,
				"aria-describedby": described || undefined,
			})}
			{hint !== undefined && (
				<div class="hint" id={`${id}-hint`}>
					{hint}
				</div>
			)}
			<div class="hint" role="status">
				{isFull && text.value.screens.all.full(maxLength)}
			</div>
			{wrong && (
				<div class="wrong" id={`${id}-wrong`} role="alert">
					{wrong}
				</div>
			)}
		</div>
	);
}

type InputProps = About &
	Omit<LooseInputHTMLAttributes<HTMLInputElement>, "label" | "role"> & { ref?: Ref<HTMLInputElement> };
export function Field({ label, hint, wrong, ...rest }: InputProps) {
	return (
		<Labelled label={label} hint={hint} wrong={wrong} value={rest.value} maxLength={rest.maxLength}>
			{(wiring) => <input dir="auto" {...(rest as InputHTMLAttributes)} {...wiring} />}
		</Labelled>
	);
}

type TextProps = About &
	Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "label"> & { ref?: Ref<HTMLTextAreaElement> };
export function TextField({ label, hint, wrong, ...rest }: TextProps) {
	return (
		<Labelled label={label} hint={hint} wrong={wrong} value={rest.value} maxLength={rest.maxLength}>
			{(wiring) => <textarea dir="auto" rows={3} {...rest} {...wiring} />}
		</Labelled>
	);
}

type ChoiceProps = About &
	Omit<PartialSelectHTMLAttributes<HTMLSelectElement>, "label" | "role"> & {
		options: readonly (readonly [value: string, label: string])[];
	};
export function Choice({ label, hint, wrong, options, value, ...rest }: ChoiceProps) {
	return (
		<Labelled label={label} hint={hint} wrong={wrong}>
			{(wiring) => (
				<select {...rest} {...wiring}>
					{options.map(([each, name]) => (
						<option key={each} value={each} selected={each === value}>
							{name}
						</option>
					))}
				</select>
			)}
		</Labelled>
	);
}

interface SwitchProps {
	label: string;
	hint?: ComponentChildren;
	checked: boolean;
	disabled?: boolean;
	onChange: (checked: boolean) => void;
}

export function Switch({ label, hint, checked, disabled = false, onChange }: SwitchProps) {
	return (
		<label class="switch">
			<span>
				{label}
				{hint !== undefined && <small>{hint}</small>}
			</span>
			<input
				type="checkbox"
				role="switch"
				checked={checked}
				aria-checked={checked}
				disabled={disabled}
				onChange={(event) => onChange(event.currentTarget.checked)}
			/>
		</label>
	);
}
