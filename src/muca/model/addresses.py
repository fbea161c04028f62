"""Addresses of the other side, and ranges of them."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

_SITE_BITS: Final = 64
"""Of an IPv6 address, those that one subscriber does not choose at will (RFC 4291, 2.5.4)."""

_LOOPBACK: Final = ("127.0.0.0/8", "::1/128")


@lru_cache(maxsize=4_096)
def network_of(address: str) -> str:
    """Give what counts as one place: an IPv4 address, the /64 of an IPv6 address, or what is neither, as it is.

    An IPv4 address written as IPv6 (RFC 4291, 2.5.5.2) counts as IPv4.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found if found.version == 4 else ip_network((int(found), _SITE_BITS), strict=False))


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own, which nobody else can use."""
    return is_within(address, _LOOPBACK)


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Tell whether an address lies in one of these networks, all in text, as ``ipaddress`` reads them.

    An IPv4 address written as IPv6 (RFC 4291, 2.5.5.2) counts as IPv4; what is no address lies nowhere.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(network) for network in networks)
