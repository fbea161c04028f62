/** A progress indicator. `label`: what is in progress, if no text beside it says so. */
export function Spinner({ label }: { label?: string }) {
	return label === undefined ? (
		<span class="spinner" aria-hidden="true" />
	) : (
		<span class="spinner" role="status" aria-label={label} />
	);
}
