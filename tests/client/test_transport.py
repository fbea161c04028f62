"""Opening a connection, and what is said when it does not open."""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from muca.client.address import Address
from muca.client.errors import CannotConnect
from muca.client.transport import TcpTransport, open_tcp
from tests.client.socket_server import until
from tests.wire import DEADLINE_SECONDS

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None] | None]


def ignore(_: bytes) -> None:
    """Take what comes in for nothing."""


@asynccontextmanager
async def listening(serve: Serve, host: str = "127.0.0.1") -> AsyncIterator[int]:
    server = await asyncio.start_server(serve, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1_000):
        writer.write(data)
    writer.close()


async def test_bytes_go_there_and_back_until_it_is_finished() -> None:
    received = bytearray()
    async with listening(echo) as port:
        transport = await open_tcp(Address("127.0.0.1", port), 2.0)
        transport.listen(received.extend)
        transport.write(b"hello")
        await until(lambda: received == b"hello")
        transport.write(b" world")
        await transport.finish(2.0)

        assert received == b"hello world"
        assert await transport.gone == "The server closed the connection."


async def test_a_server_that_does_not_close_is_not_waited_for() -> None:
    left = asyncio.Event()
    closed = asyncio.Event()

    async def stay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await left.wait()
        writer.close()
        closed.set()

    async with listening(stay) as port, asyncio.timeout(DEADLINE_SECONDS):
        transport = await open_tcp(Address("127.0.0.1", port), 2.0)
        await transport.finish(0.01)
        await transport.gone
        left.set()
        await closed.wait()


async def test_a_reset_is_told_in_words() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        linger = struct.pack("ii", 1, 0)  # close with RST
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    async with listening(reset) as port:
        transport = await open_tcp(Address("127.0.0.1", port), 2.0)
        assert await transport.gone == "The connection was lost: Connection reset by peer."


async def test_keepalive_notices_dead_peers() -> None:
    async with listening(echo) as port:
        transport = await open_tcp(Address("127.0.0.1", port), 2.0)
        connected = transport._transport.get_extra_info("socket")

        assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        transport.abort()
        await transport.gone


async def test_a_port_where_nobody_listens_says_what_to_check() -> None:
    port = free_port()

    with pytest.raises(CannotConnect) as caught:
        await open_tcp(Address("127.0.0.1", port), 2.0)

    assert str(caught.value) == (
        f"Nothing answers at 127.0.0.1:{port}; check the port, and that the server is running."
    )


async def test_all_addresses_of_a_name_are_tried() -> None:
    """``localhost`` is ::1 first on most machines; this server has 127.0.0.1 alone."""
    async with listening(echo, "127.0.0.1") as port:
        transport = await open_tcp(Address("localhost", port), 2.0)
        heard: list[bytes] = []
        transport.listen(heard.append)
        transport.write(b"is it you?")
        await until(lambda: b"".join(heard) == b"is it you?")
        transport.abort()
        await transport.gone


async def test_the_interface_of_a_link_local_address_is_kept() -> None:
    """Without it the system would not even try: it knows no network that is meant."""
    interface = socket.if_nameindex()[0][1]
    with pytest.raises(CannotConnect) as raised:
        await open_tcp(Address(f"fe80::dead:beef%{interface}", free_port()), 0.5)
    assert os.strerror(errno.EINVAL) not in str(raised.value)


async def test_a_host_that_does_not_answer_is_given_up_in_time() -> None:
    """A full backlog drops what comes next, as a firewall would."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            fillers.append(filler)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                with pytest.raises(
                    CannotConnect, match=rf"^127\.0\.0\.1:{port} did not answer within 0\.3 seconds; check"
                ):
                    await open_tcp(Address("127.0.0.1", port), 0.3)
        finally:
            for filler in fillers:
                filler.close()


@pytest.mark.parametrize("host", ["nobody.invalid", "x" * 300, "a..b"])
async def test_a_name_that_does_not_exist_is_named(host: str) -> None:
    with pytest.raises(
        CannotConnect, match=r"cannot be found; check its spelling and the network|did not answer within"
    ):
        await open_tcp(Address(host, 1), 2.0)


async def test_a_cancelled_try_leaves_nothing_open() -> None:
    """Warnings are errors: a socket left behind would fail the test."""
    async with listening(echo) as port:
        opening = asyncio.ensure_future(open_tcp(Address("localhost", port), 2.0))
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening


def test_it_is_what_the_event_loop_expects() -> None:
    assert issubclass(TcpTransport, asyncio.Protocol)
