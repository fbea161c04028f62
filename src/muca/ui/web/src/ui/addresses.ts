/** The addresses of this page to share. “localhost” only works on the server's own machine. */

import type { ServerInfo } from "../wire/words";

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

/** Browsers that come to this address warn about a certificate that the server made itself. */
export const warnsAt = (address: string, tls: ServerInfo["TLS"]): boolean =>
	tls?.OWN === true && new URL(address).protocol === "https:" && new URL(address).port === String(tls.PORT);

export const isLoopback = (hostname: string): boolean =>
	/^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
