"""REGISTER, and what a server may say to it."""

import asyncio
from pathlib import Path

import pytest

from muca.client import (
    BlockingClient,
    CannotConnect,
    Client,
    ErrorCode,
    KeyPin,
    MemoryTokenStore,
    NotSupported,
    Refused,
    registering,
)
from muca.model.replies import Done, Fail
from muca.model.requests import Register
from tests.client.certificates import a_certificate
from tests.client.socket_server import SocketServer

REGISTER = Register(uid="me", nickname="Me", password="correct horse", code="k7Q")


async def register(server: SocketServer, tokens: MemoryTokenStore | None = None) -> None:
    await Client.register(
        server.address,
        uid="me",
        nickname="Me",
        password="correct horse",
        code="k7Q",
        tls="auto" if server.tls is None else "always",
        tokens=tokens or MemoryTokenStore(),
    )


@pytest.mark.parametrize("over_tls", [False, True])
async def test_an_account_is_made_and_the_key_is_remembered(over_tls: bool, tmp_path: Path) -> None:
    shown = a_certificate(tmp_path)
    tokens = MemoryTokenStore()
    async with SocketServer(tls=shown.context if over_tls else None) as server:
        server.simulated.canned[Register] = Done()
        await register(server, tokens)

        assert server.simulated.asked == [REGISTER]
        pin = KeyPin(server.port, shown.fingerprint) if over_tls else None
        assert tokens.prepare(server.address, "me").pin == pin


async def test_a_refusal_is_raised() -> None:
    async with SocketServer() as server:
        server.simulated.canned[Register] = Fail(code=ErrorCode.ACCOUNT_EXISTS, explanation="Somebody has it.")
        with pytest.raises(Refused, match="Somebody has it") as caught:
            await register(server)
        assert caught.value.code is ErrorCode.ACCOUNT_EXISTS


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", "The server closed the connection.*port for TLS"),
        (b"SSH-2.0-OpenSSH_9.7\r\n", "is not this protocol"),
    ],
)
async def test_a_server_that_does_not_answer_is_told_of(said: bytes, error: str) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(said)
        writer.close()

    async with await asyncio.start_server(say, "127.0.0.1", 0) as listener:
        address = f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        with pytest.raises(CannotConnect, match=error):
            await Client.register(address, uid="me", nickname="Me", password="p", tokens=MemoryTokenStore())


async def test_a_first_generation_server_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "JOIN_SECONDS", 0.05)
    async with SocketServer() as server:
        with pytest.raises(NotSupported, match="first generation"):
            await register(server)


async def test_a_password_goes_to_this_machine_or_over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is on this machine, but the client does not know."""
    async with SocketServer() as server:
        server.simulated.canned[Register] = Done()
        monkeypatch.setattr("muca.client.address.Address.is_loopback", False)
        with pytest.raises(CannotConnect, match=f"127.0.0.1:{server.port + 1}"):
            await register(server)
        assert server.simulated.asked == []


def test_without_an_event_loop() -> None:
    with pytest.raises(CannotConnect):
        BlockingClient.register("127.0.0.1:1", uid="me", nickname="Me", password="p", tokens=MemoryTokenStore())
