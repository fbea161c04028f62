"""Connections that a reverse proxy passes on with the PROXY protocol, over real sockets."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from muca.model.limits import Limits
from muca.model.replies import Policy
from muca.server.serve import Server
from tests.server.test_tls import port as tls_port
from tests.server.test_tls import trusting
from tests.server.web.http import answer, request
from tests.serving import serving
from tests.wire import DEADLINE_SECONDS, Wire

TRUSTED = ("127.0.0.1",)
V1 = b"PROXY TCP4 192.0.2.7 192.0.2.1 5000 40452\r\n"
V2_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"


def v2(*, command: int = 0x21, tls: bool = False) -> bytes:
    """Write a header of version 2 for 192.0.2.7."""
    rest = bytes([192, 0, 2, 7, 192, 0, 2, 1]) + struct.pack("!HH", 5_000, 40_452)
    rest += b"\x20\x00\x05\x01\x00\x00\x00\x00" if tls else b""
    return V2_SIGNATURE + struct.pack("!BBH", command, 0x11, len(rest)) + rest


async def refused_login(wire: Wire) -> str:
    """Try a wrong password; give the address that is logged with it."""
    with structlog.testing.capture_logs() as logs:
        wire.line(CMD="JOIN", UN="Tony", UID="tony", V=2, ID="1", PASSWORD="wrong-wrong-wrong")
        assert (await wire.until("ACK", RE="1"))["CODE"] == "password_wrong"
    (address,) = [entry["address"] for entry in logs if entry["event"] == "refused"]
    return str(address)


@asynccontextmanager
async def over_tls(server: Server, data: Path, header: bytes) -> AsyncIterator[Wire]:
    """Connect as a proxy does that passes TLS on: its header first, then the handshake."""
    async with Wire(tls_port(server)) as wire:
        wire.send(header)
        await wire.writer.start_tls(trusting(data), server_hostname="localhost")
        yield wire


@pytest.mark.parametrize(
    ("header", "address"),
    [
        (V1, "192.0.2.7"),
        (v2(), "192.0.2.7"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (v2(command=0x20), "127.0.0.1"),
        (b"", "127.0.0.1"),
    ],
)
async def test_logins_are_logged_with_the_client_s_address(tmp_path: Path, header: bytes, address: str) -> None:
    """Over both ports, however the header is cut."""
    settings: dict[str, Any] = {
        "tls": True,
        "policy": Policy.REGISTERED,
        "secrets_over_plain": True,
        "trusted_proxies": TRUSTED,
    }
    async with serving(tmp_path, **settings) as server:
        async with Wire(server.port) as wire:
            wire.send(header)
            assert await refused_login(wire) == address
        async with Wire(server.port) as wire:
            for byte in header:
                wire.send(bytes([byte]))
                await wire.writer.drain()
            assert await refused_login(wire) == address
        async with over_tls(server, tmp_path, header) as wire:
            assert await refused_login(wire) == address


@pytest.mark.parametrize(
    ("header", "code"), [(V1, "not_secure"), (v2(), "not_secure"), (v2(tls=True), "password_wrong")]
)
async def test_the_way_to_the_proxy_decides_what_is_secure(tmp_path: Path, header: bytes, code: str) -> None:
    """Only version 2 can say that it was TLS."""
    async with (
        serving(tmp_path, policy=Policy.REGISTERED, trusted_proxies=TRUSTED) as server,
        Wire(server.port) as wire,
    ):
        wire.send(header)
        wire.line(CMD="JOIN", UN="Tony", UID="tony", V=2, ID="1", PASSWORD="wrong-wrong-wrong")
        assert (await wire.until("ACK", RE="1"))["CODE"] == code


@pytest.mark.parametrize("header", [V1, v2()])
async def test_all_that_is_spoken_may_follow(tmp_path: Path, header: bytes) -> None:
    async with serving(tmp_path, tls=True, trusted_proxies=TRUSTED) as server:
        async with Wire(server.port) as old:
            old.send(header)
            await old.join_v1("Old", "old")
        async with Wire(server.port) as browser:
            browser.send(header + request("/metrics"))
            assert (await answer(browser)).status == 404, "it is not on this machine"
        async with over_tls(server, tmp_path, header) as wire:
            wire.send(request("/server"))
            assert (await answer(wire)).json["SECRETS"] is True


@pytest.mark.parametrize(
    "header", [b"PROXY TCP4 nonsense\r\n", V2_SIGNATURE + b"\x99\x11\x00\x00", b"PROXY " + b"x" * 200]
)
@pytest.mark.parametrize("tls", [False, True])
async def test_a_broken_header_ends_the_connection(tmp_path: Path, header: bytes, tls: bool) -> None:
    with structlog.testing.capture_logs() as logs:
        async with (
            serving(tmp_path, tls=True, trusted_proxies=TRUSTED) as server,
            Wire(tls_port(server) if tls else server.port) as wire,
        ):
            wire.send(header)
            assert await wire.ended()
    assert [entry["address"] for entry in logs if entry["event"] == "proxy_header_wrong"] == ["127.0.0.1"]


async def test_nobody_else_is_believed(tmp_path: Path) -> None:
    """To strangers it is no protocol at all."""
    async with serving(tmp_path, tls=True, trusted_proxies=("192.0.2.80",)) as server:
        async with Wire(server.port) as wire:
            wire.send(V1 + request())
            assert (await answer(wire)).status == 400
        async with Wire(server.port) as wire:
            wire.send(v2())
            wire.line(CMD="JOIN", UN="Tony", UID="tony", V=2, ID="1")
            assert await wire.ended()
        async with Wire(tls_port(server)) as wire:
            wire.send(V1)
            assert await wire.ended(), "it is no handshake of TLS"


async def test_limits_by_address_are_those_of_the_client(tmp_path: Path) -> None:
    """One client of the proxy uses up its own budget; the next one is not affected."""
    limits = Limits(connections_per_address_max=2)
    async with serving(tmp_path, limits, trusted_proxies=TRUSTED) as server, AsyncExitStack() as stack:

        async def come(last: int) -> Wire:
            wire = await stack.enter_async_context(Wire(server.port))
            wire.send(f"PROXY TCP4 192.0.2.{last} 192.0.2.1 1 2\r\n".encode())
            return wire

        for number, last in enumerate((7, 7, 8)):
            await (await come(last)).join(f"N{number}", f"u{number}")
        assert await (await come(7)).ended()
        await (await come(8)).join("N3", "u3")


async def test_a_proxy_that_waits_keeps_nobody_from_stopping(tmp_path: Path) -> None:
    """With half a header, none, or one alone."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        async with serving(tmp_path, Limits(close_seconds=1), tls=True, trusted_proxies=TRUSTED) as server:
            wires = []
            for port in (server.port, tls_port(server)):
                for header in (b"PROXY TC", b"", V1):
                    wires.append(Wire(port))
                    await wires[-1].__aenter__()
                    wires[-1].send(header)
        for wire in wires:
            assert await wire.ended()
            await wire.close()


async def test_a_client_that_ends_within_its_header_is_gone(tmp_path: Path) -> None:
    async with serving(tmp_path, trusted_proxies=TRUSTED) as server, Wire(server.port) as wire:
        wire.send(b"PROXY TC")
        wire.writer.write_eof()
        assert await wire.ended()
