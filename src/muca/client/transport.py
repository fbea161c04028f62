"""A TCP connection, optionally with TLS, behind a small interface: open, write, receive by callback, close."""

import asyncio
import os
import socket
import ssl
from collections.abc import Callable
from typing import Final, cast

from aiohappyeyeballs import AddrInfoType, start_connection

from muca.client.address import Address
from muca.client.errors import CannotConnect

NEXT_ADDRESS_SECONDS: Final = 0.25
"""Delay before the next address of a host is tried in parallel (RFC 8305, section 8)."""

_KEEPALIVE: Final = {"TCP_KEEPIDLE": 20, "TCP_KEEPALIVE": 20, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Socket options, if the system has them. They detect a dead peer within 50 seconds."""


class TcpTransport(asyncio.Protocol):
    """An open connection. Nothing is read before ``listen``."""

    def __init__(self) -> None:
        self._received: Callable[[bytes], None]
        self._transport: asyncio.Transport
        self.gone: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Resolved when the connection is closed, with one sentence that says why."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start (called by the event loop)."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Pass on received bytes (called by the event loop)."""
        self._received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Report the end (called by the event loop)."""
        if not self.gone.done():
            why = "The server closed the connection." if exc is None else f"The connection was lost: {_reason(exc)}."
            self.gone.set_result(why)

    @property
    def certificate(self) -> bytes:
        """The server's certificate in DER. Only over TLS."""
        shown = self._transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        assert isinstance(shown, bytes)
        return shown

    def listen(self, received: Callable[[bytes], None]) -> None:
        """From now on, call ``received`` with all received bytes."""
        self._received = received
        self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send bytes. Bytes that the system does not accept at once wait in memory."""
        self._transport.write(data)

    def abort(self) -> None:
        """Close immediately and discard unsent bytes."""
        self._transport.abort()

    async def finish(self, seconds: float) -> None:
        """Flush, close the sending side, and wait for the other side to close; abort after a timeout."""
        if not self._transport.is_closing():
            if self._transport.can_write_eof():
                self._transport.write_eof()
            else:  # TLS closes both directions at once
                self._transport.close()
        try:
            await asyncio.wait([self.gone], timeout=seconds)
        finally:
            self.abort()


async def open_tcp(address: Address, seconds: float, tls: ssl.SSLContext | None = None) -> TcpTransport:
    """Open a connection to the first address of the host that answers, within ``seconds``, including the look-up.

    Raises ``CannotConnect``, and ``ssl.SSLCertVerificationError`` if ``tls`` does not trust the server.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            connected = await start_connection(await _look_up(address), happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)
            try:
                _watch_for_dead_peer(connected)
                host = address.host.partition("%")[0] if tls is not None else None
                _, protocol = await loop.create_connection(TcpTransport, sock=connected, ssl=tls, server_hostname=host)
            except BaseException:
                connected.close()
                raise
    except TimeoutError as error:
        raise CannotConnect(
            f"{address} did not answer within {seconds:g} seconds; check the address, the network and the firewall."
        ) from error
    except (socket.gaierror, UnicodeError) as error:
        raise CannotConnect(
            f"The host “{address.host}” cannot be found; check its spelling and the network."
        ) from error
    except ConnectionRefusedError as error:
        raise CannotConnect(f"Nothing answers at {address}; check the port, and that the server is running.") from error
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, RuntimeError) as error:
        if tls is not None and isinstance(error, ssl.SSLError | ConnectionError):
            raise CannotConnect(f"{address} answers, but does not speak TLS; check the port.") from error
        why = f"{address} cannot be reached: {_reason(error)}; check the network, and that the server is running."
        raise CannotConnect(why) from error
    return protocol


async def _look_up(address: Address) -> list[AddrInfoType]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    if not address.interface:
        return list(found)
    return [  # uvloop drops the interface
        (family, kind, protocol, name, (f"{place[0]}%{address.interface}", address.port, 0, 0))
        for family, kind, protocol, name, place in found
    ]


def _watch_for_dead_peer(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "TLS failed"
    number = getattr(error, "errno", None)
    if isinstance(number, int):
        return os.strerror(number)
    return "none of its addresses answers" if isinstance(error, OSError) else str(error)
