"""Which names in ``Host`` are the server's own: a guard against DNS rebinding.

A foreign page can make its own name resolve to this server's address. To the browser, the server is then part of that
page's site, and to the server, the page looks like a program on this machine. Only its name reveals it. An address as
``Host`` is always accepted, as no name was resolved.
"""

import socket
import threading
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from muca.model.addresses import host_name, is_address
from muca.model.errors import ErrorCode
from muca.server.config import Config
from muca.server.web.answers import Failed
from muca.server.web.asker import Asker

_LOOPBACK_NAMES: Final = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_PRIVATE_DOMAINS: Final = (
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "private",
)
"""Domains that nobody can register, used by routers and mDNS for machines of a network (RFC 6762, appendix G)."""
_NAMES_LOGGED_MAX: Final = 100


class Hosts:
    """Knows which names are the server's own, and logs each other name once.

    Args:
        config: its ``host``, ``hosts``, ``url`` and ``origins`` name the server.
        certificate_names: returns the names in the current certificate.
    """

    def __init__(self, config: Config, certificate_names: Callable[[], Collection[str]]) -> None:
        addresses = [url for url in (config.url, *config.origins) if url is not None]
        given = (config.host, *config.hosts, *(urlsplit(address).netloc for address in addresses))
        self._given = {name for name in map(host_name, filter(None, given)) if name is not None}
        self._certificate_names = certificate_names
        self._full_name = ""
        self._logged: set[str] = set()
        # The resolver may be slow, and nothing waits for it, not even the end of the process.
        threading.Thread(target=self._find_full_name, name="muca-full-name", daemon=True).start()

    def _find_full_name(self) -> None:
        self._full_name = socket.getfqdn().lower()

    def is_own(self, name: str) -> bool:
        """Return whether this is a name of the server, in the form of ``host_name``."""
        if is_address(name) or name in _LOOPBACK_NAMES or name.endswith(".localhost"):
            return True
        machine = socket.gethostname().lower()
        short = machine.partition(".")[0]
        own = {*self._given, machine, self._full_name, *(f"{short}.{domain}" for domain in _PRIVATE_DOMAINS)}
        return name in own or any(_covers(pattern.lower(), name) for pattern in self._certificate_names())

    def check(self, asker: Asker, *, must_say: bool) -> None:
        """Refuse a request with a foreign name, or without a name if the HTTP version requires one (``must_say``).

        Browsers always send a name, so HTTP/1.0 programs without one are harmless.

        Raises ``Failed``.
        """
        if asker.fault is not None:
            raise Failed(ErrorCode.BAD_REQUEST, asker.fault)
        if asker.authority is None and not must_say:
            return
        for said in {asker.host, asker.authority}:  # a page with a rebound name can also send X-Forwarded-Host
            self._check_name(host_name(said or ""))

    def _check_name(self, name: str | None) -> None:
        if name is None:
            explanation = "Send one Host header, with a name or address (RFC 9110, 7.2)."
            raise Failed(ErrorCode.BAD_REQUEST, explanation)
        if not self.is_own(name):
            self._note(name)
            explanation = (
                f"This server is not known as “{name}”. Its operator can add that name to “hosts” in muca.toml."
            )
            raise Failed(ErrorCode.NOT_ALLOWED, explanation, status=web.HTTPMisdirectedRequest.status_code)

    def _note(self, name: str) -> None:
        """Log a refused name, once."""
        if name not in self._logged and len(self._logged) < _NAMES_LOGGED_MAX:
            self._logged.add(name)
            advice = f"If people reach this server by that name, add it to muca.toml: hosts = [{name!a}]."
            structlog.get_logger().warning("host_refused", host=name, advice=advice)


def _covers(pattern: str, name: str) -> bool:
    """Return whether a certificate's name matches this one; ``*.`` matches one label (RFC 9525, 6.3)."""
    return pattern == name or (pattern.startswith("*.") and pattern[2:] == name.partition(".")[2])
