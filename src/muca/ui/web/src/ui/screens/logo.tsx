/** The sign of muca. */
export function Logo() {
	return <img class="logo" src="icon.svg" alt="" width="56" height="56" />;
}
