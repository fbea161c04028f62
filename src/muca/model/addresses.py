"""Addresses of machines, ranges of them, and names."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_SITE_BITS: Final = 64
"""Leading bits of an IPv6 address that identify the subscriber, who chooses the other bits freely (RFC 4291, 2.5.4)."""

_AUTHORITY: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::[0-9]{0,5})?", re.IGNORECASE | re.ASCII)

_LOOPBACK: Final = ("127.0.0.0/8", "::1/128")
_UNSPECIFIED: Final = ("0.0.0.0/32", "::/128")


@lru_cache(maxsize=4_096)
def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address without its zone, or return None for what is not an address.

    An IPv4 address written as IPv6 (RFC 4291, 2.5.5.2) counts as IPv4.
    """
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=4_096)
def network_of(address: str) -> str:
    """Return what counts as one client network: an IPv4 address, or the /64 of an IPv6 address.

    Anything else is returned unchanged.
    """
    found = read_address(address)
    if found is None:
        return address
    return str(found if found.version == 4 else ip_network((int(found), _SITE_BITS), strict=False))


def is_loopback(address: str) -> bool:
    """Return whether an address is this machine's own, which nobody else can use."""
    return is_within(address, _LOOPBACK)


def is_local(host: str) -> bool:
    """Return whether a host name or address only works on this machine.

    Loopback, ``localhost`` and its subdomains (RFC 6761, 6.3); the unspecified address, which clients treat as
    loopback; and an address with an interface, whose name differs on other machines (RFC 4007).
    """
    name = host.lower().removesuffix(".")
    return (
        name.endswith(".localhost") or name == "localhost" or "%" in name or is_within(name, _LOOPBACK + _UNSPECIFIED)
    )


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Return whether an address is in one of these networks; both are strings as ``ipaddress`` parses them.

    What is not an address is in no network.
    """
    found = read_address(address)
    return found is not None and any(found in _network(network) for network in networks)


_network = lru_cache(maxsize=4_096)(ip_network)


def is_network(text: str) -> bool:
    """Return whether this is an IP address or a range of them."""
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def is_address(name: str) -> bool:
    """Return whether this is an IP address without brackets, not a name."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def host_name(authority: str) -> str | None:
    """Return the host name or address in an authority (RFC 3986, 3.2): in ASCII (RFC 3490), lower case, without port.

    A dot at the end of the name is removed. None: the authority is malformed or has other parts, such as a user name.
    """
    try:
        found = _AUTHORITY.fullmatch(authority if authority.isascii() else authority.encode("idna").decode())
    except UnicodeError:
        return None
    if found is None or (found[1] is not None and not is_address(found[1])):
        return None
    return (found[1] or found[2]).lower().removesuffix(".") or None
