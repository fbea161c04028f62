"""Files: upload them to send them with a message, and download them. Over HTTP, at the session's address."""

import asyncio
import contextlib
import hashlib
import io
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

import msgspec

from muca.client.checking import check_name
from muca.client.errors import NotConnected, Refused
from muca.model.errors import ERRORS, ErrorCode
from muca.model.files import FileInfo
from muca.model.wire import Wire

if TYPE_CHECKING:
    import aiohttp

_PIECE_BYTES: Final = 262_144
_IDLE_SECONDS: Final = 60
"""Time that a server may be silent."""


class _Failure(Wire, frozen=True, kw_only=True):
    code: str
    explanation: str = ""
    retry_seconds: float | None = None


class HttpPlace(NamedTuple):
    """The HTTP address of a session's server."""

    base: str
    """The beginning of every URL."""
    session: str
    """The session that requests act for."""
    certificate: bytes | None = None
    """The server's certificate in DER. None: plain TCP."""


class FileRequests(ABC):
    """Requests about files. They raise ``Refused``, ``NotConnected``, ``NotSupported``, ``CertificateChanged``."""

    @abstractmethod
    async def _find_http(self) -> HttpPlace:
        """Return the server's HTTP address, and the session."""

    async def upload(self, source: "bytes | str | os.PathLike[str]", name: str | None = None) -> FileInfo:
        """Upload a file, to send it with ``send(…, files=[…])``. ``source``: its path, or its content, with a ``name``.

        The server removes metadata from pictures, such as place, time and device. An interrupted upload is not retried.
        Raises ``OSError`` if the file cannot be read.
        """
        if isinstance(source, bytes):
            if name is None:
                raise TypeError("bytes need a name")
            return await self._upload(name, io.BytesIO(source), len(source))
        path = Path(source)
        with await asyncio.to_thread(path.open, "rb") as opened:
            size = os.fstat(opened.fileno()).st_size

            async def pieces() -> AsyncIterator[bytes]:
                while piece := await asyncio.to_thread(opened.read, _PIECE_BYTES):
                    yield piece

            return await self._upload(name or path.name, pieces(), size)

    async def _upload(self, name: str, body: io.BytesIO | AsyncIterator[bytes], size: int) -> FileInfo:
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        async with (
            self._http() as http,
            http.post(f"/files?name={quote(check_name(name))}", data=body, headers=headers) as answer,
        ):
            return msgspec.json.decode(await _body(answer), type=FileInfo)

    async def download(self, file: FileInfo, path: "str | os.PathLike[str]") -> None:
        """Download a file of a message to ``path``, either completely or not at all.

        Raises ``OSError`` if it cannot be written.
        """
        descriptor, part = await asyncio.to_thread(tempfile.mkstemp, dir=Path(path).parent, prefix=".muca-")
        try:
            with os.fdopen(descriptor, "wb") as opened:
                address = f"/files/{quote(file.file, safe='')}/{quote(file.name, safe='')}"
                async with self._http() as http, http.get(address) as answer:
                    if answer.status != 200:
                        await _body(answer)
                    async for piece in answer.content.iter_chunked(_PIECE_BYTES):
                        await asyncio.to_thread(opened.write, piece)
            await asyncio.to_thread(os.replace, part, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
            raise

    @asynccontextmanager
    async def _http(self) -> "AsyncIterator[aiohttp.ClientSession]":
        """Open an HTTP session. Raises ``NotConnected`` if anything fails."""
        import aiohttp  # slow to import, and only needed for files

        place = await self._find_http()
        tls = aiohttp.Fingerprint(hashlib.sha256(place.certificate).digest()) if place.certificate is not None else True
        try:
            async with aiohttp.ClientSession(
                place.base,
                connector=aiohttp.TCPConnector(ssl=tls),
                headers={"Authorization": f"Bearer {place.session}"},
                timeout=aiohttp.ClientTimeout(total=None, sock_read=_IDLE_SECONDS, sock_connect=_IDLE_SECONDS),
                auto_decompress=False,
            ) as http:
                yield http
        except (aiohttp.ClientError, TimeoutError) as error:
            why = str(error) or "the server did not respond in time"
            raise NotConnected(f"The file transfer failed: {why}.") from error


async def _body(answer: "aiohttp.ClientResponse") -> bytes:
    """Read a JSON response. Raises ``Refused`` if it is an error."""
    body = await answer.read()
    if answer.status < 400:
        return body
    try:
        failure = msgspec.json.decode(body, type=_Failure)
    except msgspec.DecodeError:
        raise NotConnected(f"This is not a muca server: it answered with HTTP status {answer.status}.") from None
    code = ErrorCode(failure.code) if failure.code in ERRORS else failure.code
    raise Refused(code, failure.explanation or f"The server refused the request: {code}.", failure.retry_seconds)
