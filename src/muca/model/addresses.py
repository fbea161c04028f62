"""Addresses of the other side, and ranges of them."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


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
