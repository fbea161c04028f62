"""The client of an HTTP request, and the server name it used: from the connection, or from a trusted reverse proxy.

A proxy's headers about the client (``Forwarded``, RFC 7239; ``X-Forwarded-For`` and related ones) are trusted if its
address is in ``trusted_proxies``. Each proxy appends to the end of such a list. So it is read from the end, and the
first address that is not a trusted proxy is the client's; what precedes it is only the client's claim. From anyone
else, these headers only show that the client is not on this machine, even if the connection comes from it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address
from itertools import islice
from typing import Final, NamedTuple

from aiohttp import web

from muca.model.addresses import is_loopback, is_within
from muca.server.connection import RemoteClient

_PROXY_HEADERS: Final = frozenset({"forwarded", "via", "x-real-ip"})
"""Headers that proxies add, besides all that begin with ``X-Forwarded-``."""
_X_FORWARDED: Final = "x-forwarded-"
_PART: Final = re.compile(
    r"""[ \t]*(?:(?P<name>[\w!#$%&'*+.^`|~-]+)=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s",;]*))|[;,])[ \t]*""",
    re.ASCII,
)
"""One ``name=value`` of ``Forwarded``, or a separator."""


_HOPS_MAX: Final = 32
"""The maximum length of a chain of proxies; beyond it, the last one counts as the client."""


class _Contradiction(Exception):
    """A trusted proxy's headers are malformed or contradictory. The text is a sentence."""


class Asker(NamedTuple):
    """The client of a request."""

    address: str
    over_tls: bool
    """Whether the client came over TLS, to the server or to the proxy."""
    is_here: bool
    """Whether the client is on this machine."""
    host: str | None
    """The server's name in the request: the value of ``Host``; None if there is none."""
    authority: str | None
    """The server's name that the client used: the same, or the one that a trusted proxy reports."""
    fault: str | None = None
    """Why the client cannot be determined, in a sentence."""

    @property
    def is_secure(self) -> bool:
        """Whether nobody can read the request in transit."""
        return self.over_tls or self.is_here


class _Hop(NamedTuple):
    """What one proxy reports about the client that connected to it."""

    address: str | None = None
    """None if it reports none, or something that is not an address."""
    proto: str | None = None
    host: str | None = None


ASKER: Final = web.RequestKey("asker", Asker)
"""The key of a request's asker."""


def asker_of(request: web.BaseRequest, client: RemoteClient, trusted: Sequence[str]) -> Asker:
    """Return the asker of a request on a connection of this client, with these trusted proxies."""
    headers = request.headers
    host = _host(request)
    is_forwarded = any(name.startswith(_X_FORWARDED) or name in _PROXY_HEADERS for name in map(str.lower, headers))
    if not is_forwarded or not is_within(client.address, trusted):
        return Asker(client.address, client.over_tls, is_loopback(client.address) and not is_forwarded, host, host)
    try:
        hop = _agreed(_client(_forwarded(request), trusted), _client(_x_forwarded(request), trusted))
    except _Contradiction as error:
        return Asker(client.address, over_tls=False, is_here=False, host=host, authority=host, fault=str(error))
    return Asker(
        hop.address or client.address,
        over_tls=hop.proto in {"https", "wss"},
        is_here=hop.address is not None and is_loopback(hop.address),
        host=host,
        authority=hop.host or host,
    )


def _host(request: web.BaseRequest) -> str | None:
    """Return the host of a request: from its target if that is absolute (RFC 9112, 3.2.2), otherwise from ``Host``."""
    target = request._message.url  # aiohttp's own property lacks the port
    if target.absolute:
        return target.raw_authority
    return ",".join(request.headers.getall("Host")) if "Host" in request.headers else None


def _client(hops: Iterable[_Hop], trusted: Sequence[str]) -> _Hop:
    """Return the client among these hops, the nearest first: the first one that is not a trusted proxy."""
    found = _Hop()
    for hop in islice(hops, _HOPS_MAX):
        if hop.address is None:
            return hop._replace(address=found.address)
        found = hop
        if not is_within(hop.address, trusted):
            break
    return found


def _agreed(one: _Hop, other: _Hop) -> _Hop:
    """Merge both kinds of headers. A proxy sets one kind; the other may come from the client."""
    for said, differently in zip(one, other, strict=True):
        if said is not None and differently is not None and said != differently:
            raise _Contradiction(
                f"Forwarded says {said!a} and X-Forwarded-… {differently!a}: "
                "make the proxy remove the headers that it does not set."
            )
    return _Hop(*(said if said is not None else differently for said, differently in zip(one, other, strict=True)))


def _x_forwarded(request: web.BaseRequest) -> Iterator[_Hop]:
    """Yield the hops of ``X-Forwarded-For``, ``-Proto`` and ``-Host``, the nearest first."""
    addresses, protos, hosts = (_listed(request, f"X-Forwarded-{what}") for what in ("For", "Proto", "Host"))
    for place in range(max(len(addresses), bool(protos or hosts))):
        yield _Hop(
            _address(addresses[place]) if addresses else None,
            # A proxy may append to the addresses but replace these headers: then their value applies to all hops.
            protos[min(place, len(protos) - 1)].lower() if protos else None,
            hosts[min(place, len(hosts) - 1)].lower() if hosts else None,
        )


def _listed(request: web.BaseRequest, name: str) -> list[str]:
    """Return the items of a list that may be spread over several headers, the last first."""
    items = ",".join(request.headers.getall(name, [])).split(",")
    return [item.strip() for item in reversed(items)] if name in request.headers else []


def _forwarded(request: web.BaseRequest) -> Iterator[_Hop]:
    """Yield the hops of ``Forwarded``, the nearest first."""
    text = ",".join(request.headers.getall("Forwarded", [])).strip()
    elements: list[dict[str, str]] = [{}]
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise _Contradiction("The header Forwarded is malformed (RFC 7239).")
        at = part.end()
        if part["name"] is not None:
            value = part["plain"] if part["quoted"] is None else re.sub(r"\\(.)", r"\1", part["quoted"])
            elements[-1][part["name"].lower()] = value
        elif "," in part[0]:
            elements.append({})
    for element in reversed(elements):
        if element:
            proto, host = element.get("proto"), element.get("host")
            yield _Hop(_address(element.get("for", "")), proto and proto.lower(), host and host.lower())


def _address(node: str) -> str | None:
    """Parse an address, with or without brackets and port; None if it is not one, like ``unknown`` and ``_hidden``."""
    if node.startswith("["):
        node = node[1:].partition("]")[0]
    elif node.count(":") == 1:
        node = node.partition(":")[0]
    try:
        return str(ip_address(node.partition("%")[0]))
    except ValueError:
        return None
