"""HTTP for tests, from the bytes up: what is asked is sent as it stands."""

import asyncio
import json
import ssl
from typing import Any, NamedTuple

from tests.wire import DEADLINE_SECONDS, Wire


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


def request(target: str = "/", method: str = "GET", body: bytes = b"", /, **headers: str) -> bytes:
    """Write a request; ``_`` in names of headers stands for ``-``."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode(errors="surrogateescape") + body


async def answer(wire: Wire, method: str = "GET") -> Answer:
    """Read the next answer on a connection."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        head = (await wire.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = 0 if method == "HEAD" else int(headers.get("content-length", 0))
        return Answer(int(first.split()[1]), headers, await wire.reader.readexactly(length))


async def ask(
    port: int,
    target: str = "/",
    method: str = "GET",
    body: bytes = b"",
    tls: ssl.SSLContext | None = None,
    /,
    **headers: str,
) -> Answer:
    """Ask once, on a connection of its own."""
    async with Wire(port, tls=tls) as wire:
        wire.send(request(target, method, body, **headers))
        return await answer(wire, method)
