"""TLS between a TCP transport and a connection.

Event loops have TLS of their own. This one uses the standard library's ``ssl.SSLObject``, for these reasons:

- the Hub counts a connection from the moment it is accepted, before its handshake;
- unread data waits in one place, the TCP transport, where it is measured;
- a client that has closed its sending side still receives its answers (RFC 8446, 6.1).
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import structlog

from muca.server.waking_clock import CallLater, Timer

RECORD_BYTES = 16_384
"""The maximum size of a record (RFC 8446, 5.1). No more is written to a BIO at once, as a BIO never releases the
memory for the most that it ever held."""


class TlsTransport(asyncio.Protocol, asyncio.Transport):
    """A protocol to the TCP transport below, a transport to the connection above.

    Args:
        context: the server's TLS context.
        connection: the protocol above.
        handshake_seconds: how long the handshake may take.
        call_later: schedules callbacks.
        take_off_header: removes a reverse proxy's header before the handshake from the data.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        connection: asyncio.Protocol,
        handshake_seconds: float,
        call_later: CallLater,
        take_off_header: Callable[[bytes], bytes] = lambda data: data,
    ) -> None:
        super().__init__()
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._connection = connection
        self._handshake_seconds = handshake_seconds
        self._call_later = call_later
        self._take_off_header = take_off_header
        self._tcp: asyncio.Transport
        self._deadline: Timer
        self._shaken = False
        """Whether the handshake is done."""
        self._heard_all = False
        self._closing = False

    # The TCP transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; the client sends first."""
        self._tcp = cast(asyncio.Transport, transport)
        self._deadline = self._call_later(self._handshake_seconds, self._tcp.abort)
        self._connection.connection_made(self)

    def data_received(self, data: bytes) -> None:
        """Continue the handshake, or pass on decrypted data."""
        if self._heard_all or self._closing:
            return
        if not self._shaken:
            data = self._take_off_header(data)
        said: list[bytes] = []
        failure: ssl.SSLError | None = None
        try:
            for begin in range(0, len(data), RECORD_BYTES):
                self._incoming.write(data[begin : begin + RECORD_BYTES])
                self._heard_all = self._read(said)
        except ssl.SSLError as error:
            failure = error
        self._send()
        if said:
            self._connection.data_received(b"".join(said))
        if failure is not None:
            structlog.get_logger().debug("tls_failed", reason=failure.reason)
            self._closing = True
            self._tcp.close()  # once the alert is written
        elif self._heard_all:
            self._connection.eof_received()

    def _read(self, said: list[bytes]) -> bool:
        """Continue the handshake, or decrypt data. Returns whether the client closed its side. Raises ``SSLError``."""
        try:
            if not self._shaken:
                self._tls.do_handshake()
                self._shaken = True
                self._deadline.cancel()
            while text := self._tls.read(RECORD_BYTES):
                said.append(text)
        except ssl.SSLWantReadError:
            return False
        return True

    def eof_received(self) -> bool:
        """The client sends nothing more, possibly without a TLS close_notify; frames are delimited, so that is safe."""
        if self._shaken and not self._heard_all:
            self._heard_all = True
            self._connection.eof_received()
        return self._shaken

    def pause_writing(self) -> None:
        """The client has much to read: pause the connection, if it supports that."""
        self._connection.pause_writing()

    def resume_writing(self) -> None:
        """Resume the connection."""
        self._connection.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._closing = True
        self._deadline.cancel()
        self._connection.connection_lost(exc)
        # Otherwise all of them, and the TLS buffers, would wait for the garbage collector.
        del self._connection, self._take_off_header

    # The connection calls

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write data. Before the end of the handshake it is dropped, as it could not be encrypted."""
        if not self._shaken or self._closing or not data:
            return
        if len(data) <= RECORD_BYTES:
            self._tls.write(data)
        else:
            rest = memoryview(data)
            while len(rest) > RECORD_BYTES:
                rest = rest[self._tls.write(rest[:RECORD_BYTES]) :]
                self._send()
            self._tls.write(rest)
        self._send()

    def _send(self) -> None:
        if self._outgoing.pending:
            self._tcp.write(self._outgoing.read())

    def close(self) -> None:
        """Let the client read what is queued and send close_notify; then close."""
        if self._closing:
            return
        self._closing = True
        if self._shaken:
            with suppress(ssl.SSLError):  # it does not wait for the client's close_notify
                self._tls.unwrap()
            self._send()
        self._tcp.close()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Replace the protocol above."""
        self._connection = cast(asyncio.Protocol, protocol)

    def abort(self) -> None:
        """Close at once, without waiting for queued data."""
        self._tcp.abort()

    def is_closing(self) -> bool:
        """Return whether nothing more can be written."""
        return self._closing

    def is_reading(self) -> bool:
        """Return whether data is being read."""
        return self._tcp.is_reading()

    def pause_reading(self) -> None:
        """Stop reading."""
        self._tcp.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        self._tcp.resume_reading()

    def get_write_buffer_size(self) -> int:
        """Return the number of encrypted bytes queued for the client."""
        return self._tcp.get_write_buffer_size()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the number of encrypted bytes at which the connection is paused."""
        self._tcp.set_write_buffer_limits(high, low)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return ``ssl_object``, or the TCP transport's information."""
        return self._tls if name == "ssl_object" else self._tcp.get_extra_info(name, default)
