"""A plain connection for tests: bytes and frames over a real socket, every wait with a deadline."""

import asyncio
import contextlib
import json
import ssl
from types import TracebackType
from typing import Any, Self

DEADLINE_SECONDS = 60
"""How long anything may take before a test fails: generous, as it is no measure, and a busy machine is no fault."""


class Wire:
    """One connection. Reads v1 frames (objects with nothing between) or v2 lines alike: one object at a time."""

    def __init__(self, port: int, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self._port = port
        self._host = host
        self._tls = tls
        self._text = ""
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close; what was written is sent first."""
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()

    def send(self, *frames: dict[str, Any] | bytes) -> None:
        """Write objects as JSON without anything between, or bytes as they are, in one write."""
        self.writer.write(b"".join(f if isinstance(f, bytes) else json.dumps(f).encode() for f in frames))

    def line(self, **fields: Any) -> None:
        """Write one v2 frame."""
        self.send(json.dumps(fields).encode() + b"\n")

    async def raw(self) -> str:
        """Return the next frame as text, exactly as it came but for a newline behind it."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                text = self._text.lstrip("\n")
                try:
                    _, end = json.JSONDecoder().raw_decode(text)
                except ValueError:
                    data = await self.reader.read(65_536)
                    if not data:
                        raise EOFError(f"closed; unread: {text!r}") from None
                    self._text += data.decode()
                else:
                    self._text = text[end:]
                    return text[:end]

    async def frame(self) -> dict[str, Any]:
        """Return the next frame."""
        frame: dict[str, Any] = json.loads(await self.raw())
        return frame

    async def until(self, cmd: str, **fields: Any) -> dict[str, Any]:
        """Return the next frame with this CMD and these fields; what comes before it is passed over."""
        while True:
            frame = await self.frame()
            if frame["CMD"] == cmd and all(frame.get(key) == value for key, value in fields.items()):
                return frame

    async def ended(self) -> bool:
        """Wait until the other side has closed; anything still unread is passed over."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            try:
                while await self.reader.read(65_536):
                    pass
            except ConnectionError:
                pass
        return True

    async def join_v1(self, nickname: str, uid: str) -> dict[str, Any]:
        """JOIN as a first-generation program; gives the ACK."""
        self.send({"CMD": "JOIN", "UN": nickname, "UID": uid})
        return await self.until("ACK")

    async def join(self, nickname: str, uid: str, **fields: Any) -> dict[str, Any]:
        """JOIN in v2; gives the ACK."""
        self.line(CMD="JOIN", UN=nickname, UID=uid, V=2, ID="join", **fields)
        return await self.until("ACK", RE="join")

    async def ask(self, **fields: Any) -> dict[str, Any]:
        """Send a v2 request; gives its reply, passing over what comes before."""
        self.line(**fields)
        while True:
            frame = await self.frame()
            if frame["CMD"] in {"ACK", "PONG"} and frame.get("RE") == fields.get("ID"):
                return frame
