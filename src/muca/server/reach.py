"""The addresses of this server's page."""

from muca.model.addresses import is_local
from muca.server.config import Config
from muca.server.listeners import reachable_addresses


def page_urls(config: Config, port: int, tls_port: int | None) -> list[str]:
    """Return the URLs of the page for other machines: the setting ``url``, or this machine's, IPv4 and TLS first.

    They have no slash at the end.
    Empty if only this machine can reach it.
    """
    if config.url is not None:
        return [config.url.rstrip("/")]
    everywhere = config.host in {None, "0.0.0.0", "::"}
    hosts = sorted(reachable_addresses(), key=lambda host: (":" in host, host)) if everywhere else [config.host or ""]
    doors = [("https", tls_port), ("http", port)]
    return [
        f"{scheme}://{in_url(host)}:{number}"
        for host in hosts
        if not is_local(host)
        for scheme, number in doors
        if number is not None
    ]


def link_base(config: Config, port: int) -> str:
    """Return the base URL of links in texts: without TLS, as browsers would not trust the server's own certificate."""
    here = config.host if config.host not in {None, "0.0.0.0", "::"} else "localhost"
    return next(iter(page_urls(config, port, None)), f"http://{in_url(here or '')}:{port}")


def in_url(host: str) -> str:
    """Return a host in the form of a URL (RFC 3986; RFC 6874 for an address with an interface)."""
    return f"[{host.replace('%', '%25')}]" if ":" in host else host
