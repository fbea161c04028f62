"""A TCP connection behind a small interface: open it within a time, write, be told what comes in, close it."""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Final, cast

from aiohappyeyeballs import start_connection

from muca.client.address import Address
from muca.client.errors import CannotConnect

NEXT_ADDRESS_SECONDS: Final = 0.25
"""How long one address of a host is tried before the next one is tried as well (RFC 8305, section 8)."""

_KEEPALIVE: Final = {"TCP_KEEPIDLE": 20, "TCP_KEEPALIVE": 20, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Socket options, where the system has them: a dead peer is noticed within 50 seconds."""


class TcpTransport(asyncio.Protocol):
    """An open connection. ``received`` is called with whatever comes in."""

    def __init__(self, received: Callable[[bytes], None]) -> None:
        self._received = received
        self._transport: asyncio.Transport
        self.gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the connection is closed, with one sentence that says why."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin (called by the event loop)."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Pass on what came in (called by the event loop)."""
        self._received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that it is over (called by the event loop)."""
        if not self.gone.done():
            why = "The server closed the connection." if exc is None else f"The connection broke: {_reason(exc)}."
            self.gone.set_result(why)

    def write(self, data: bytes) -> None:
        """Send bytes; what the system does not take at once waits in memory."""
        self._transport.write(data)

    def abort(self) -> None:
        """Close at once, whatever is still to be sent."""
        self._transport.abort()

    async def finish(self, seconds: float) -> None:
        """Send what waits, say that nothing more comes, and wait for the other side to close; abort after a time."""
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()
        try:
            await asyncio.wait([self.gone], timeout=seconds)
        finally:
            self.abort()


async def open_tcp(address: Address, received: Callable[[bytes], None], seconds: float) -> TcpTransport:
    """Open a connection to the host's first address that answers, within ``seconds``, the look-up of the name included.

    Raises ``CannotConnect``.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
            connected = await start_connection(found, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)
            try:
                _watch_for_dead_peer(connected)
                _, protocol = await loop.create_connection(lambda: TcpTransport(received), sock=connected)
            except BaseException:
                connected.close()
                raise
    except TimeoutError as error:
        raise CannotConnect(
            f"{address} did not answer within {seconds:g} seconds; check the address, the network and the firewall."
        ) from error
    except (socket.gaierror, UnicodeError) as error:
        raise CannotConnect(
            f"The host «{address.host}» cannot be found; check its spelling and the network."
        ) from error
    except ConnectionRefusedError as error:
        raise CannotConnect(f"Nobody answers at {address}; check the port, and that the server is running.") from error
    except (OSError, RuntimeError) as error:
        why = f"{address} cannot be reached: {_reason(error)}; check the network, and that the server is running."
        raise CannotConnect(why) from error
    return protocol


def _watch_for_dead_peer(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if isinstance(number, int):
        return os.strerror(number)
    return "none of its addresses answers" if isinstance(error, OSError) else str(error)
