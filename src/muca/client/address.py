"""Addresses as people write them: ``host``, ``host:port``, ``[::1]:port``."""

import ipaddress
from typing import Final, NamedTuple

DEFAULT_PORT: Final = 40452


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int = DEFAULT_PORT

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def interface(self) -> str:
        """The interface of a link-local address: ``eth0`` in ``fe80::1%eth0`` (RFC 4007). Empty if there is none."""
        return self.host.partition("%")[2]

    @property
    def is_loopback(self) -> bool:
        """Whether the address is certainly this machine, without looking the name up."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() in {"localhost", "localhost."}


def parse_address(text: str, default_port: int = DEFAULT_PORT) -> Address:
    """Read ``host``, ``host:port``, ``[IPv6]``, ``[IPv6]:port`` or a bare IPv6 address.

    Raises ``ValueError``; its text says what is wrong and shows the right form.
    """
    host, port = _split(text.strip())
    if not host or any(character.isspace() for character in host):
        raise _wrong(text, "has no host")
    if port is None:
        return Address(host, default_port)
    if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65_535):
        raise _wrong(text, "has no port from 1 to 65535 after the colon")
    return Address(host, int(port))


def _split(text: str) -> tuple[str, str | None]:
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return "", None
        return host, rest[1:] if rest else None
    if text.count(":") > 1:
        return text, None
    host, colon, port = text.partition(":")
    return host, port if colon else None


def _wrong(text: str, fault: str) -> ValueError:
    forms = f"chat.example.org:{DEFAULT_PORT} or [::1]:{DEFAULT_PORT}"
    return ValueError(f"The address “{text}” {fault}; write it like {forms}.")
