"""The PROXY protocol: what is a header, in any cut, within bounds, and nothing else."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.protocol.proxy_header import (
    HEADER_BYTES_MAX,
    ProxyHeader,
    ProxyHeaderError,
    may_begin_header,
    read_proxy_header,
)

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
ANY_HEADER = st.one_of(
    st.binary(),
    st.builds(lambda rest: b"PROXY " + rest, st.binary()),
    st.builds(
        lambda command, family, length, rest: SIGNATURE + struct.pack("!BBH", command, family, length) + rest,
        st.sampled_from([0x20, 0x21, 0x11]) | st.integers(0, 255),
        st.sampled_from([0x00, 0x11, 0x12, 0x21, 0x31]) | st.integers(0, 255),
        st.integers(0, 80) | st.integers(0, 65_535),
        st.binary(max_size=100),
    ),
)


def v2(command: int = 0x21, family: int = 0x11, rest: bytes = b"") -> bytes:
    """Write a header of version 2."""
    return SIGNATURE + struct.pack("!BBH", command, family, len(rest)) + rest


TCP4 = bytes([192, 0, 2, 7, 192, 0, 2, 1]) + struct.pack("!HH", 5_000, 40_452)
TCP6 = bytes.fromhex("20010db8000000000000000000000007" + "20010db8000000000000000000000001") + b"\0\1\0\2"
TLS = b"\x20\x00\x05\x01\x00\x00\x00\x00"
PLAIN = b"\x20\x00\x05\x00\x00\x00\x00\x00"
UNIQUE_ID = b"\x05\x00\x03abc"
RIGHT = [
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 5000 40452\r\n", "192.0.2.7", False),
    (b"PROXY TCP6 2001:db8::7 2001:db8::1 65535 0\r\n", "2001:db8::7", False),
    (b"PROXY UNKNOWN\r\n", None, False),
    (b"PROXY UNKNOWN ffff:: ffff:: 65535 65535\r\n", None, False),
    (v2(rest=TCP4), "192.0.2.7", False),
    (v2(family=0x21, rest=TCP6), "2001:db8::7", False),
    (v2(rest=TCP4 + UNIQUE_ID + TLS), "192.0.2.7", True),
    (v2(rest=TCP4 + PLAIN + UNIQUE_ID), "192.0.2.7", False),
    (v2(0x20), None, False),
    (v2(0x20, rest=TCP4 + TLS), None, False),
    (v2(family=0x31, rest=bytes(216)), None, False),
    (v2(family=0x00), None, False),
]


@pytest.mark.parametrize(("header", "address", "over_tls"), RIGHT)
def test_it_is_known_as_soon_as_it_is_whole(header: bytes, address: str | None, over_tls: bool) -> None:
    for size in range(len(header)):
        assert may_begin_header(header[:size])
        assert read_proxy_header(header[:size]) is None
    for behind in (b"", b"GET / HTTP/1.1\r\n", header):
        assert read_proxy_header(header + behind) == ProxyHeader(len(header), address, over_tls)


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY TCP4 192.0.2.7 192.0.2.1 5000\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 5000 40452 \r\n",
        b"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
        b"PROXY TCP4 192.0.2.300 192.0.2.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.7 there 1 2\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 1 65536\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 -1 2\r\n",
        "PROXY TCP4 192.0.2.7 192.0.2.1 \u0661 2\r\n".encode(),
        b"PROXY UDP4 192.0.2.7 192.0.2.1 1 2\r\n",
        b"PROXY \r\n",
        b"PROXY UNKNOWN" + b" " * 107,
        v2(0x11, rest=TCP4),
        v2(0x22, rest=TCP4),
        v2(rest=TCP4[:11]),
        v2(family=0x21, rest=TCP4),
        v2(rest=TCP4 + b"\x20\x00"),
        v2(rest=TCP4 + b"\x05\x00\x04abc"),
        v2(rest=TCP4 + b"\x20\x00\x01"),
        v2(rest=bytes(HEADER_BYTES_MAX)),
    ],
)
def test_what_only_begins_like_one_is_refused(header: bytes) -> None:
    with pytest.raises(ProxyHeaderError):
        read_proxy_header(header)


def test_the_longest_that_is_accepted() -> None:
    """At the bound of each version; one more byte is refused before it has come."""
    unknown = b"PROXY UNKNOWN" + b" " * (107 - len(b"PROXY UNKNOWN\r\n")) + b"\r\n"
    assert read_proxy_header(unknown) == ProxyHeader(107, None, over_tls=False)
    rest = TCP4 + b"\x04" + struct.pack("!H", HEADER_BYTES_MAX - 16 - len(TCP4) - 3)
    rest += bytes(HEADER_BYTES_MAX - 16 - len(rest))
    assert read_proxy_header(v2(rest=rest)) == ProxyHeader(HEADER_BYTES_MAX, "192.0.2.7", over_tls=False)
    with pytest.raises(ProxyHeaderError):
        read_proxy_header(v2(rest=rest + b"\0")[:16])


@pytest.mark.parametrize(
    "data", [b"POST / HTTP/1.1\r\n", b"PR\r\n", b'{"CMD":"JOIN"}', b"\r\n\r\n{", b"PROXY\tTCP4", b"Q"]
)
def test_what_clients_say_themselves_begins_no_header(data: bytes) -> None:
    assert not may_begin_header(data)


@given(ANY_HEADER)
def test_whatever_comes_it_is_a_header_or_none_or_not_yet(data: bytes) -> None:
    """And more bytes change nothing but a “not yet”, which cannot last."""
    if not may_begin_header(data):
        return
    try:
        header = read_proxy_header(data)
    except ProxyHeaderError:
        return
    if header is None:
        assert len(data) < HEADER_BYTES_MAX
    else:
        assert header.size <= min(len(data), HEADER_BYTES_MAX)
        assert read_proxy_header(data[: header.size] + b"more") == header
