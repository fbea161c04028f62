"""What stands between a TCP or TLS transport and aiohttp while a connection speaks HTTP.

The connection stays what was accepted and is counted; it hears of the transport's end, and can have the transport back
for WebSocket without aiohttp closing it.
"""

import asyncio
from typing import Any, cast

from aiohttp import web

from muca.protocol.dialect import ServerDialect
from muca.server.connection import Connection


class HttpTransport(asyncio.Protocol, asyncio.Transport):
    """A protocol to the transport below, a transport to aiohttp above.

    Args:
        connection: whose transport it is.
        below: the transport.
        handler: aiohttp's side.
    """

    def __init__(self, connection: Connection, below: asyncio.Transport, handler: web.RequestHandler) -> None:
        super().__init__()
        self.connection = connection
        self._below = below
        self._handler = handler
        self._lent = True
        """Whether the transport below is aiohttp's now."""
        self._closing = False
        self.exchange: web.BaseRequest | None = None
        """The request that is being answered."""
        below.set_protocol(self)
        handler.connection_made(self)

    # The transport below calls

    def data_received(self, data: bytes) -> None:
        """Pass on what was said."""
        self._handler.data_received(data)

    def eof_received(self) -> bool:
        """Answer what is asked already; what is not whole will not be."""
        if self.exchange is not None and not self.exchange.content.is_eof():
            self.abort()
        else:
            self.finish()
        return True

    def pause_writing(self) -> None:
        """Have aiohttp wait: much is to be read by the other side."""
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        """Have it go on."""
        self._handler.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, for both."""
        self._lent = False
        self._handler.connection_lost(exc)
        self.connection.connection_lost(exc)

    # The connection calls

    def finish(self) -> None:
        """Answer what is being answered, then close."""
        if self.exchange is not None:
            self._handler.close()
        else:
            self._below.close()

    def give_back(self, dialect: ServerDialect, answer: bytes, begun: bytes) -> None:
        """Let the connection speak another dialect: this answer is the last of HTTP, these bytes came behind it."""
        self._lent = False
        self._below.write(answer)
        self.connection.take_back(dialect, begun)

    # aiohttp calls

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Say something."""
        if self._lent:
            self._below.write(data)

    def close(self) -> None:
        """Close once the other side has read what waits; or go, when it is another's already."""
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
        """Give how many bytes wait for the other side."""
        return self._below.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Give what the transport below knows."""
        return self._below.get_extra_info(name, default)


def transport_of(request: web.BaseRequest) -> HttpTransport:
    """Give what a request came over."""
    return cast(HttpTransport, request.transport)
