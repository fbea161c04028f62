interface FindFieldProps {
	label: string;
	placeholder?: string;
	value: string;
	onChange: (value: string) => void;
	maxLength?: number;
	class?: string;
	/** It has the focus when its dialog opens. */
	first?: boolean;
}

/** A search field. Not `type="search"`, in which Esc clears the field instead of closing the dialog. */
export function FindField({
	label,
	placeholder = label,
	value,
	onChange,
	maxLength,
	class: look = "input",
	first = false,
}: FindFieldProps) {
	return (
		// biome-ignore lint/a11y/useSemanticElements: see above
		<input
			type="text"
			autofocus={first}
			role="searchbox"
			enterkeyhint="search"
			class={look}
			aria-label={label}
			placeholder={placeholder}
			value={value}
			maxLength={maxLength}
			dir="auto"
			autocomplete="off"
			onInput={(event) => onChange(event.currentTarget.value)}
		/>
	);
}
