"""The PROXY protocol: the header with which a reverse proxy names the client at the start of a connection.

Versions 1 (text) and 2 (binary) of HAProxy's specification,
https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt. The caller must decide whether to trust the sender.
"""

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, NamedTuple

HEADER_BYTES_MAX: Final = 4_096
"""The longest header of version 2 that is accepted. Version 1 never has more than 107 bytes."""

_V1_BYTES_MAX: Final = 107
_V1_SIGNATURE: Final = b"PROXY "
_V2_SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
_V2_FIXED: Final = struct.Struct("!12sBBH")
"""Signature, version and command, family and transport, length of the rest."""
_LOCAL, _PROXY = 0x20, 0x21
_V2_ADDRESSES: Final = {0x11: struct.Struct("!4s4sHH"), 0x21: struct.Struct("!16s16sHH")}
"""Source, destination and their ports over TCP, by family and transport."""
_TLV: Final = struct.Struct("!BH")
_TLV_TLS: Final = 0x20
_CLIENT_TLS: Final = 0x01
"""The bit in the first byte of ``_TLV_TLS`` that says that the client used TLS."""


class ProxyHeaderError(Exception):
    """The bytes begin like a header but are invalid or too long."""


class ProxyHeader(NamedTuple):
    """The content of a header."""

    size: int
    """The size of the header in bytes."""
    address: str | None
    """The client's address; None for connections of the proxy itself (``LOCAL``), or if unknown (``UNKNOWN``)."""
    over_tls: bool
    """Whether the client reached the proxy over TLS. Version 1 cannot express this."""


def may_begin_header(data: bytes) -> bool:
    """Return whether the first bytes of a connection are a signature, or the beginning of one."""
    return any(data.startswith(signature) or signature.startswith(data) for signature in (_V1_SIGNATURE, _V2_SIGNATURE))


def read_proxy_header(data: bytes) -> ProxyHeader | None:
    """Parse the header at the beginning of ``data``, if ``may_begin_header``; None if it is incomplete.

    Raises:
        ProxyHeaderError: the header is invalid.
    """
    return _read_v1(data) if data[:1] == _V1_SIGNATURE[:1] else _read_v2(data)


def _read_v1(data: bytes) -> ProxyHeader | None:
    line, end, _ = data[:_V1_BYTES_MAX].partition(b"\r\n")
    if not end:
        if len(data) >= _V1_BYTES_MAX:
            raise ProxyHeaderError(f"no end within {_V1_BYTES_MAX} bytes")
        return None
    size = len(line) + len(end)
    match line.decode("latin-1").split(" "):
        case ["PROXY", "UNKNOWN", *_]:
            return ProxyHeader(size, None, over_tls=False)
        case ["PROXY", "TCP4" | "TCP6" as family, source, destination, source_port, destination_port]:
            kind = IPv4Address if family == "TCP4" else IPv6Address
            try:
                address = kind(source)
                kind(destination)
            except ValueError as error:
                raise ProxyHeaderError(str(error)) from None
            for port in (source_port, destination_port):
                if not (port.isascii() and port.isdecimal() and len(port) <= 5 and int(port) <= 65_535):
                    raise ProxyHeaderError(f"{port!a} is not a port")
            return ProxyHeader(size, str(address), over_tls=False)
    raise ProxyHeaderError("not TCP4, TCP6 or UNKNOWN with the right fields")


def _read_v2(data: bytes) -> ProxyHeader | None:
    if len(data) < _V2_FIXED.size:
        return None
    _, command, family, length = _V2_FIXED.unpack_from(data)
    size = _V2_FIXED.size + length
    if command not in {_LOCAL, _PROXY}:
        raise ProxyHeaderError(f"unknown version and command {command:#04x}")
    if size > HEADER_BYTES_MAX:
        raise ProxyHeaderError(f"{size} bytes are more than {HEADER_BYTES_MAX}")
    if len(data) < size:
        return None
    addresses = _V2_ADDRESSES.get(family)
    if command == _LOCAL or addresses is None:
        return ProxyHeader(size, None, over_tls=False)
    if length < addresses.size:
        raise ProxyHeaderError(f"{length} bytes are too few for two addresses")
    source, _, _, _ = addresses.unpack_from(data, _V2_FIXED.size)
    extras = data[_V2_FIXED.size + addresses.size : size]
    return ProxyHeader(size, str(ip_address(source)), over_tls=_says_tls(extras))


def _says_tls(extras: bytes) -> bool:
    """Return what the type-length-value triples after the addresses say about TLS."""
    while extras:
        if len(extras) < _TLV.size:
            raise ProxyHeaderError("a truncated type or length")
        kind, length = _TLV.unpack_from(extras)
        value = extras[_TLV.size : _TLV.size + length]
        if len(value) < length:
            raise ProxyHeaderError("a truncated value")
        if kind == _TLV_TLS:
            return bool(value) and bool(value[0] & _CLIENT_TLS)
        extras = extras[_TLV.size + length :]
    return False
