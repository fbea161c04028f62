"""A WebSocket connection for tests: as ``Wire``, each frame a text message."""

import asyncio
import json
import ssl
from collections import deque
from typing import Any, Self

from websockets.client import ClientProtocol
from websockets.frames import Close, Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from tests.wire import DEADLINE_SECONDS, Wire


class WebSocketWire(Wire):
    """One connection. ``closed`` is what the server's close frame said, once ``raw`` has come to it."""

    def __init__(
        self, port: int, tls: ssl.SSLContext | None = None, behind: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(port, tls=tls)
        self._protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1:{port}/websocket"), max_size=None)
        self._headers = headers or {}
        self._behind = behind
        """Sent in one write with the handshake."""
        self._messages: deque[str] = deque()
        self.response: Response
        self.pongs: list[bytes] = []
        self.closed: Close | None = None

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        request = self._protocol.connect()
        for name, value in self._headers.items():
            request.headers[name] = value
        self._protocol.send_request(request)
        self.writer.write(b"".join(self._protocol.data_to_send()) + self._behind)
        while not hasattr(self, "response"):
            await self._receive()
        return self

    def send(self, *frames: dict[str, Any] | bytes) -> None:
        """Send each as a text message, all in one write."""
        for frame in frames:
            self._protocol.send_text(frame if isinstance(frame, bytes) else json.dumps(frame).encode())
        self._write()

    def line(self, **fields: Any) -> None:
        """Send one frame."""
        self.send(fields)

    def ping(self, data: bytes) -> None:
        """Ping as WebSocket does."""
        self._protocol.send_ping(data)
        self._write()

    def say_close(self, code: int = 1_000) -> None:
        """Begin the closing handshake."""
        self._protocol.send_close(code)
        self._write()

    def _write(self) -> None:
        self.writer.write(b"".join(self._protocol.data_to_send()))

    async def _receive(self) -> None:
        async with asyncio.timeout(DEADLINE_SECONDS):
            data = await self.reader.read(65_536)
        if not data:
            raise EOFError(f"closed: {self.closed}")
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self.response = event
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                assert event.fin
                self._messages.append(bytes(event.data).decode())
            elif isinstance(event, Frame) and event.opcode is Opcode.PONG:
                self.pongs.append(bytes(event.data))
        self.closed = self._protocol.close_rcvd

    async def raw(self) -> str:
        """Return the next message."""
        while not self._messages:
            await self._receive()
        return self._messages.popleft()

    async def ponged(self) -> bytes:
        """Return the next pong; messages wait meanwhile."""
        while not self.pongs:
            await self._receive()
        return self.pongs.pop(0)

    async def ended(self) -> bool:
        """Wait until the other side has closed; anything still unread is passed over."""
        try:
            while True:
                await self._receive()
        except (EOFError, ConnectionError):
            return True
