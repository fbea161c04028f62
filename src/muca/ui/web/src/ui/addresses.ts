/** Which addresses of this page to pass on: from the server's own machine “localhost” leads others to themselves. */

export type Scheme = "https:" | "http:";

/**
 * Those that others reach, `first` those of that scheme. `here`: the address of this page, which is as good for others unless it is the
 * machine's own; then the server's `URLS` are. Empty: others cannot come.
 */
export function addressesForOthers(here: string, urls: readonly string[], first: Scheme): string[] {
	const { hostname, origin, pathname } = new URL(here);
	if (!isLoopback(hostname)) return [origin + pathname];
	const isFirst = (url: string): number => Number(url.startsWith(`${first}//`));
	return urls
		.map((url) => (url.endsWith("/") ? url : `${url}/`))
		.toSorted((one, other) => isFirst(other) - isFirst(one));
}

export const isLoopback = (hostname: string): boolean =>
	/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
