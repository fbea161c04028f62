"""The layer between a TCP or TLS transport and aiohttp while a connection uses HTTP.

The connection stays registered and counted; it is told when the transport closes, and can get the transport back
for WebSocket without aiohttp closing it.
"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, cast

from aiohttp import web

from muca.model.limits import Limits
from muca.protocol.dialect import ServerDialect
from muca.server.connection import ConnectionProtocol
from muca.server.listeners import bound_buffers
from muca.server.waking_clock import CallLater, Timer

EOF_SECONDS: Final = 0.1
"""How long data received right before the end of the stream may take to reach its handler."""


class HttpTransport(asyncio.Protocol, asyncio.Transport):
    """A protocol to the transport below, a transport to aiohttp above.

    Args:
        connection: the connection of the transport.
        below: the transport.
        handler: aiohttp's side.
        limits: how long a request or its response may stall because of the client, and how much the kernel
            buffers.
        call_later: schedules callbacks.
    """

    def __init__(
        self,
        connection: ConnectionProtocol,
        below: asyncio.Transport,
        handler: web.RequestHandler,
        limits: Limits,
        call_later: CallLater,
    ) -> None:
        super().__init__()
        self.connection = connection
        self._below = below
        self._handler = handler
        self._limits = limits
        self._call_later = call_later
        self._lent = True
        """Whether the transport below is lent to aiohttp."""
        self._closing = False
        self._heard_all = False
        self._answering: web.BaseRequest | None = None
        self._moved = False
        """Whether the client has sent or read anything since the last check."""
        self._unread = False
        """Whether aiohttp waits until the client has read more."""
        self._next_look: Timer
        below.set_protocol(self)
        handler.connection_made(self)

    @contextmanager
    def answering(self, request: web.BaseRequest) -> Iterator[None]:
        """Keep the connection open while this request is answered, as long as the client makes progress."""
        self._answering = request
        self._watch()
        try:
            yield
        finally:
            self._next_look.cancel()
            self._answering = None
            if self._heard_all:
                self._handler.close()

    @contextmanager
    def carrying_a_file(self) -> Iterator[None]:
        """Enlarge the buffers during a file transfer: with a long round-trip time, they limit its speed."""
        carried: socket.socket = self._below.get_extra_info("socket")
        bound_buffers(carried, self._limits.file_buffer_bytes)
        try:
            yield
        finally:
            with suppress(OSError):  # the socket is closed
                bound_buffers(carried, self._limits.socket_buffer_bytes)

    def _watch(self) -> None:
        self._moved = False
        self._next_look = self._call_later(self._limits.http_stall_seconds, self._look)

    def _look(self) -> None:
        """Close a connection whose client stalls within a request or does not read the response."""
        if not self._moved and (self._unread or (self._lacks_body() and self.is_reading())):
            self.abort()
        else:
            self._watch()

    def _lacks_body(self) -> bool:
        return self._answering is not None and not self._answering.content.is_eof()

    # The transport below calls

    def data_received(self, data: bytes) -> None:
        """Pass on data."""
        self._moved = True
        self._handler.data_received(data)

    def eof_received(self) -> bool:
        """Answer complete requests; an incomplete one is dropped."""
        self._heard_all = True
        asyncio.get_running_loop().call_later(EOF_SECONDS, self.finish)
        return True

    def pause_writing(self) -> None:
        """Pause aiohttp: the client has much to read."""
        self._unread = True
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        """Resume aiohttp."""
        self._moved, self._unread = True, False
        self._handler.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell aiohttp and the connection that the transport was closed."""
        self._lent = False
        self._handler.connection_lost(exc)
        self.connection.connection_lost(exc)

    # The connection calls

    def finish(self) -> None:
        """Finish the current response, then close."""
        if not self._lent:
            return
        if self._heard_all and self._lacks_body():
            self._below.abort()
        elif self._answering is not None:
            self._handler.close()
        else:
            self._below.close()

    def give_back(self, dialect: ServerDialect, answer: bytes, begun: bytes) -> None:
        """Switch the connection to a dialect after this last HTTP response; ``begun``: the bytes after the request."""
        self._lent = False
        self._below.write(answer)
        self.connection.take_back(dialect, begun)
        if self._heard_all:
            self.connection.eof_received()

    # aiohttp calls

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write data."""
        if self._lent:
            self._below.write(data)

    def close(self) -> None:
        """Close once the client has read what is queued; or detach, if the transport was given back."""
        if self._closing:
            return
        self._closing = True
        if self._lent:
            self._below.close()
        else:
            asyncio.get_running_loop().call_soon(self._handler.connection_lost, None)

    def abort(self) -> None:
        """Close at once, without waiting for queued data."""
        if self._lent:
            self._below.abort()

    def is_closing(self) -> bool:
        """Return whether nothing more can be written."""
        return self._closing or not self._lent or self._below.is_closing()

    def is_reading(self) -> bool:
        """Return whether data is being read."""
        return self._below.is_reading()

    def pause_reading(self) -> None:
        """Stop reading."""
        if self._lent and self._below.is_reading():
            self._below.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        if self._lent and not self._below.is_reading():
            self._below.resume_reading()

    def get_write_buffer_size(self) -> int:
        """Return the number of bytes queued for the client."""
        return self._below.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return information from the transport below."""
        return self._below.get_extra_info(name, default)


def transport_of(request: web.BaseRequest) -> HttpTransport:
    """Return the transport of a request."""
    return cast(HttpTransport, request.transport)
