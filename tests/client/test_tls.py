"""Which way leads to a server, and what it has to show there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from muca.client import Client
from muca.client.address import Address
from muca.client.errors import CannotConnect, CertificateChanged
from muca.client.tls import Tls, Way, choose_way, find_place, open_way
from muca.client.tokens import KeyPin
from muca.model.shell import muca_command
from tests.client.certificates import Shown, a_certificate

THERE = Address("chat.example.org")
HERE = Address("localhost")
CONSOLE_CHARS_MAX = 300
"""A small window's console has five lines of so many characters together."""
PIN = KeyPin(45000, "sha256:00")
PINNED = Way(Address("chat.example.org", 45000), over_tls=True, pin=PIN)


@pytest.mark.parametrize(
    ("address", "tls", "pin", "says_password", "way"),
    [
        (THERE, "auto", None, False, Way(THERE)),
        (THERE, "auto", PIN, False, PINNED),
        (THERE, "auto", PIN, True, PINNED),
        (THERE, "auto", None, True, Way(Address("chat.example.org", 40453), over_tls=True)),
        (HERE, "auto", None, True, Way(HERE)),
        (THERE, "always", None, False, Way(THERE, over_tls=True)),
        (THERE, "always", PIN, False, PINNED),
        (THERE, "never", PIN, True, Way(THERE)),
    ],
)
def test_the_way(address: Address, tls: Tls, pin: KeyPin | None, says_password: bool, way: Way) -> None:
    assert choose_way(address, tls, pin, says_password=says_password) == way


@pytest.mark.parametrize(
    ("address", "tls", "place"),
    [
        ("chat.example.org", "auto", THERE),
        ("chat.example.org", "never", THERE),
        ("chat.example.org", "always", Address("chat.example.org", 40453)),
        ("chat.example.org:1", "always", Address("chat.example.org", 1)),
    ],
)
def test_the_port_that_is_left_out_is_the_one_for_tls_or_the_plain_one(address: str, tls: Tls, place: Address) -> None:
    assert find_place(address, tls) == place


@pytest.mark.parametrize("tls", ["Always", "sometimes", "", None, True])
def test_tls_that_is_none_is_no_plain_connection(tls: Any) -> None:
    with pytest.raises(ValueError, match="tls is 'auto' or 'always' or 'never', not "):
        find_place("chat.example.org", tls)
    with pytest.raises(ValueError, match="tls is "):
        Client("chat.example.org", uid="me", nickname="Me", tls=tls)


@asynccontextmanager
async def listening(shown: Shown, heard: bytearray) -> AsyncIterator[Address]:
    """Listen over TLS, and note what is said."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read())
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", 0, ssl=shown.context) as server:
        yield Address("127.0.0.1", server.sockets[0].getsockname()[1])


async def test_a_key_that_is_seen_for_the_first_time_is_told(tmp_path: Path) -> None:
    shown = a_certificate(tmp_path)
    async with listening(shown, bytearray()) as address:
        transport, pin = await open_way(address, Way(address, over_tls=True), 5.0)
        transport.abort()
        await transport.gone

        assert pin == KeyPin(address.port, shown.fingerprint)


async def test_a_certificate_that_the_system_trusts_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown.path))
    async with listening(shown, bytearray()) as address:
        transport, pin = await open_way(address, Way(address, over_tls=True, announced="sha256:00"), 5.0)
        transport.abort()
        await transport.gone

        assert pin == KeyPin(address.port, shown.fingerprint, by_system=True)


@pytest.mark.parametrize(
    ("pin", "announced"),
    [(KeyPin(1, "sha256:00"), None), (None, "sha256:00"), (KeyPin(1, "sha256:00", by_system=True), None)],
)
async def test_who_shows_another_key_hears_nothing(pin: KeyPin | None, announced: str | None, tmp_path: Path) -> None:
    heard = bytearray()
    async with listening(a_certificate(tmp_path), heard) as address:
        with pytest.raises(CertificateChanged) as caught:
            await open_way(address, Way(address, over_tls=True, pin=pin, announced=announced), 5.0)

        assert caught.value.expected == "sha256:00"
        explanation = str(caught.value)
        assert explanation.startswith(f"The server at {address} shows another key")
        assert explanation.endswith(f"run “{muca_command('forget', str(address))}”.")
        assert caught.value.shown in explanation
        assert len(explanation) <= CONSOLE_CHARS_MAX
    assert heard == b""


async def test_a_server_that_is_down_or_restarts_is_not_to_be_forgotten(tmp_path: Path) -> None:
    async with listening(a_certificate(tmp_path), bytearray()) as address:
        pass
    async with listening(a_certificate(tmp_path), bytearray()) as known_as:
        pass

    with pytest.raises(CannotConnect, match=f"Nothing answers at {address}") as caught:
        await open_way(known_as, Way(address, over_tls=True, pin=PIN), 5.0)
    assert "forget" not in str(caught.value)
    assert str(caught.value).endswith(f"{address.port} is the TLS port of {known_as}.")


@pytest.mark.parametrize("over_tls", ["refused", "plain"])
async def test_a_server_that_offers_tls_no_more_hears_nothing_and_the_way_out_is_said(
    over_tls: str, tmp_path: Path
) -> None:
    """Whether nothing is at its port for TLS any more, or something without TLS."""
    heard = bytearray()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read())
        writer.close()

    async with listening(a_certificate(tmp_path), bytearray()) as gone:
        pass
    async with await asyncio.start_server(hear, "127.0.0.1", 0) as plain:
        address = Address("127.0.0.1", plain.sockets[0].getsockname()[1])
        place = gone if over_tls == "refused" else address
        with pytest.raises(CannotConnect) as caught:
            await open_way(address, Way(place, over_tls=True, pin=PIN), 5.0)

    explanation = str(caught.value)
    assert explanation.startswith(f"The server at {address} no longer offers TLS")
    assert explanation.endswith(f"run “{muca_command('forget', str(address))}”.")
    assert len(explanation) <= CONSOLE_CHARS_MAX
    if over_tls == "refused":
        assert heard == b""
