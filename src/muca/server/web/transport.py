"""What stands between a TCP or TLS transport and aiohttp while a connection speaks HTTP.

The connection stays what was accepted and is counted; it hears of the transport's end, and can have the transport back
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
from muca.server.connection import Connection
from muca.server.listeners import bound_buffers
from muca.server.waking_clock import CallLater, Timer

EOF_SECONDS: Final = 0.1
"""How long what came right before the other side's last byte has to reach its handler."""


class HttpTransport(asyncio.Protocol, asyncio.Transport):
    """A protocol to the transport below, a transport to aiohttp above.

    Args:
        connection: whose transport it is.
        below: the transport.
        handler: aiohttp's side.
        limits: how long a request or its answer may stand still because of the other side, and how much the kernel
            keeps.
        call_later: by which clock.
    """

    def __init__(
        self,
        connection: Connection,
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
        """Whether the transport below is aiohttp's now."""
        self._closing = False
        self._heard_all = False
        self._answering: web.BaseRequest | None = None
        self._moved = False
        """Whether the other side has sent or read anything since the last look."""
        self._unread = False
        """Whether aiohttp waits until the other side has read more."""
        self._next_look: Timer
        below.set_protocol(self)
        handler.connection_made(self)

    @contextmanager
    def answering(self, request: web.BaseRequest) -> Iterator[None]:
        """Let no end come while this request is answered, as long as the other side does its part."""
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
        """Let more be on its way meanwhile: on a long link, this decides how fast a file comes and goes."""
        carried: socket.socket = self._below.get_extra_info("socket")
        bound_buffers(carried, self._limits.file_buffer_bytes)
        try:
            yield
        finally:
            with suppress(OSError):  # it is closed
                bound_buffers(carried, self._limits.socket_buffer_bytes)

    def _watch(self) -> None:
        self._moved = False
        self._next_look = self._call_later(self._limits.http_stall_seconds, self._look)

    def _look(self) -> None:
        """Give up on somebody who sends half a request, or asks for something and does not read it."""
        if not self._moved and (self._unread or (self._lacks_body() and self.is_reading())):
            self.abort()
        else:
            self._watch()

    def _lacks_body(self) -> bool:
        return self._answering is not None and not self._answering.content.is_eof()

    # The transport below calls

    def data_received(self, data: bytes) -> None:
        """Pass on what was said."""
        self._moved = True
        self._handler.data_received(data)

    def eof_received(self) -> bool:
        """Answer what is asked already; what is not whole will not be."""
        self._heard_all = True
        asyncio.get_running_loop().call_later(EOF_SECONDS, self.finish)
        return True

    def pause_writing(self) -> None:
        """Have aiohttp wait: much is to be read by the other side."""
        self._unread = True
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        """Have it go on."""
        self._moved, self._unread = True, False
        self._handler.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, for both."""
        self._lent = False
        self._handler.connection_lost(exc)
        self.connection.connection_lost(exc)

    # The connection calls

    def finish(self) -> None:
        """Answer what is being answered, then close."""
        if not self._lent:
            return
        if self._heard_all and self._lacks_body():
            self._below.abort()
        elif self._answering is not None:
            self._handler.close()
        else:
            self._below.close()

    def give_back(self, dialect: ServerDialect, answer: bytes, begun: bytes) -> None:
        """Let the connection speak another dialect: this answer is the last of HTTP, these bytes came behind it."""
        self._lent = False
        self._below.write(answer)
        self.connection.take_back(dialect, begun)
        if self._heard_all:
            self.connection.eof_received()

    # aiohttp calls

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Say something."""
        if self._lent:
            self._below.write(data)

    def close(self) -> None:
        """Close once the other side has read what waits; or go, when the transport was given back."""
        if self._closing:
            return
        self._closing = True
        if self._lent:
            self._below.close()
        else:
            asyncio.get_running_loop().call_soon(self._handler.connection_lost, None)

    def abort(self) -> None:
        """Close at once, whatever waits."""
        if self._lent:
            self._below.abort()

    def is_closing(self) -> bool:
        """Whether nothing more can be said."""
        return self._closing or not self._lent or self._below.is_closing()

    def is_reading(self) -> bool:
        """Whether bytes are taken off the wire."""
        return self._below.is_reading()

    def pause_reading(self) -> None:
        """Take no more bytes off the wire."""
        if self._lent and self._below.is_reading():
            self._below.pause_reading()

    def resume_reading(self) -> None:
        """Take bytes off the wire again."""
        if self._lent and not self._below.is_reading():
            self._below.resume_reading()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait for the other side."""
        return self._below.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the transport below knows."""
        return self._below.get_extra_info(name, default)


def transport_of(request: web.BaseRequest) -> HttpTransport:
    """Return what a request came over."""
    return cast(HttpTransport, request.transport)
