/** Something is under way. `label` says what, where nothing beside it does. */
export function Spinner({ label }: { label?: string }) {
	return label === undefined ? (
		<span class="spinner" aria-hidden="true" />
	) : (
		<span class="spinner" role="status" aria-label={label} />
	);
}
