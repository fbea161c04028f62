"""``POST /files``, ``GET /files/{FILE}/{NAME}`` and ``GET /files/{FILE}/thumbnail``.

A file is shown inline only if its type is harmless (``INLINE``), and pages cannot make it do anything: it is sandboxed,
and browsers must not guess types. Permission is checked each time, so browsers must revalidate cached files.

Files are read in chunks in threads, and each chunk waits until the client has read the previous ones. So it is
the same over TCP and TLS, and a slow client only takes the memory of one chunk.
"""

import asyncio
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, Final, TypeVar
from urllib.parse import quote

import structlog
from aiohttp import web

from muca.core.files import fetching, may_fetch, may_fetch_by_link
from muca.model.errors import ErrorCode
from muca.model.facts import Facts
from muca.model.files import THUMBNAIL, StoredFile
from muca.model.ids import FileId
from muca.model.limits import Limits
from muca.model.queries import PersonQuery
from muca.model.storage import Refused, StoreError, StoreUnreadable
from muca.server.conditions import Condition, Conditions
from muca.server.files.folder import FileFolder
from muca.server.files.kinds import INLINE
from muca.server.files.links import Links
from muca.server.files.uploads import Uploads, UploadStore
from muca.server.web.answers import Failed, as_json
from muca.server.web.authority import Authority
from muca.server.web.transport import transport_of

_T = TypeVar("_T")

_PIECE_BYTES: Final = 65_536
_THUMBNAIL_TYPE: Final = "image/webp"
_HEADERS: Final = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Vary": "Authorization, Cookie",
}
_RANGE: Final = re.compile(r"bytes=[ \t]*(?:([0-9]{1,99})-([0-9]{0,99})|-([0-9]{1,99}))[ \t]*", re.IGNORECASE)
_STATUS: Final = {ErrorCode.TOO_MANY: 507}
"""HTTP statuses that differ from those of other routes."""


class FileTransfers:
    """Uploads and downloads of files. ``stop`` it at the end."""

    def __init__(
        self,
        authority: Authority,
        store: UploadStore,
        folder: FileFolder,
        links: Links,
        limits: Limits,
        conditions: Conditions,
    ) -> None:
        self._authority = authority
        self._store = store
        self._folder = folder
        self._links = links
        self._conditions = conditions
        self._uploads = Uploads(folder, limits, store, conditions)
        self._reader = ThreadPoolExecutor(4, "muca-downloads")

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/files", self._post),
            web.get("/files/{file}/thumbnail", self._get_thumbnail),
            web.get("/files/{file}/{name}", self._get),
        ]

    def stop(self) -> None:
        """End the threads."""
        self._uploads.stop()
        self._reader.shutdown()

    async def _post(self, request: web.Request) -> web.StreamResponse:
        session = self._authority.session(request)
        name = request.query.get("name")
        if not name:
            raise Failed(ErrorCode.BAD_REQUEST, "A file needs a name, as in /files?name=cat.jpg.")
        transport = transport_of(request)
        with transport.carrying_a_file():
            taken = await self._uploads.receive(
                session.id,
                session.uid,
                transport.connection.id,
                name,
                request.content_length,
                request.content.iter_any(),
            )
        if isinstance(taken, Refused | StoreError):
            raise _failed(taken)
        return as_json(taken, status=201)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        file = await self._find(request)
        info = file.info
        disposition = "inline" if info.media_type in INLINE else "attachment"
        kind = "text/plain; charset=utf-8" if info.media_type == "text/plain" else info.media_type
        headers = {
            "Content-Disposition": f"{disposition}; {_file_name(info.name)}",
            "Content-Type": kind,
            "ETag": f'"{file.sha256}"',
        }
        return await self._answer(request, info.file, is_thumbnail=False, headers=headers)

    async def _get_thumbnail(self, request: web.Request) -> web.StreamResponse:
        file = await self._find(request)
        if not file.info.thumbnail:
            raise Failed(ErrorCode.NO_SUCH_FILE)
        headers = {
            "Content-Disposition": "inline",
            "Content-Type": _THUMBNAIL_TYPE,
            "ETag": f'"{file.sha256}-{THUMBNAIL}"',
        }
        return await self._answer(request, file.info.file, is_thumbnail=True, headers=headers)

    async def _find(self, request: web.Request) -> StoredFile:
        """Find the requested file, if the client may read it. Raises ``Failed``."""
        file: FileId = request.match_info["file"]
        connection = transport_of(request).connection.id
        uids, guard = [""], may_fetch_by_link
        if "key" not in request.query:
            uids, guard = list({reader.uid for reader in self._authority.readers(request)}), may_fetch
        elif not self._links.is_good(file, request.query.get("until", ""), request.query["key"]):
            raise Failed(ErrorCode.NO_SUCH_FILE, "This link is wrong or has expired.")
        answers = [await self._store.look(connection, fetching(uid, file), guard, PersonQuery()) for uid in uids]
        for answer in answers:
            if isinstance(answer, Facts) and answer.file is not None:
                return answer.file
        raise _failed(answers[0])

    async def _answer(
        self, request: web.Request, file: FileId, *, is_thumbnail: bool, headers: dict[str, str]
    ) -> web.StreamResponse:
        """Send the file, or the requested range, unless the client has it in its cache."""
        headers = _HEADERS | headers
        known = request.if_none_match or ()
        if any(tag.value in {headers["ETag"].strip('"'), "*"} for tag in known):
            return web.Response(status=304, headers=headers)
        path = self._folder.thumbnail_path(file) if is_thumbnail else self._folder.path(file)
        try:
            opened = await self._run(lambda: path.open("rb"))
        except FileNotFoundError:
            structlog.get_logger().error("file_lost", path=str(path))
            raise Failed(ErrorCode.NO_SUCH_FILE) from None
        except OSError as error:
            unread = StoreUnreadable(f"{path}: {error.strerror or error}")
            self._conditions.begin(Condition.READING, unread)
            raise Failed(unread.code, retry_seconds=unread.retry_seconds) from None
        try:
            size = os.fstat(opened.fileno()).st_size
            part = _part(request, headers["ETag"], size)
            begin, end = part or (0, size)
            if part is not None and begin >= end:
                refused = Failed(ErrorCode.BAD_REQUEST, f"The file has {size} bytes.", status=416)
                refused.answer.headers["Content-Range"] = f"bytes */{size}"
                raise refused
            answer = web.StreamResponse(status=200, headers=headers)
            if part is not None:
                answer.set_status(206)
                answer.headers["Content-Range"] = f"bytes {begin}-{end - 1}/{size}"
            answer.content_length = end - begin
            await answer.prepare(request)
            if request.method != "HEAD":
                with transport_of(request).carrying_a_file():
                    await self._send(request, answer, opened, begin, end)
            await answer.write_eof()
            return answer
        finally:
            self._reader.submit(opened.close)

    async def _send(
        self, request: web.Request, answer: web.StreamResponse, opened: BinaryIO, begin: int, end: int
    ) -> None:
        """Send a range of a file at the pace of the client."""
        await self._run(opened.seek, begin)
        while begin < end:
            piece = await self._run(opened.read, min(_PIECE_BYTES, end - begin))
            if not piece:  # the file was truncated
                transport_of(request).abort()
                return
            await answer.write(piece)
            begin += len(piece)

    async def _run(self, function: Callable[..., _T], *args: object) -> _T:
        """Run a function that waits for the disk in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, function, *args)


def _failed(answer: object) -> Failed:
    """Return the failure for a result of the store that is not a success."""
    if isinstance(answer, Refused):
        status = _STATUS.get(answer.code, 0)
        return Failed(answer.code, answer.detail or None, retry_seconds=answer.retry_seconds, status=status)
    assert isinstance(answer, StoreError)
    return Failed(answer.code, answer.detail or None, retry_seconds=answer.retry_seconds)


def _file_name(name: str) -> str:
    """Return a file's name for Content-Disposition, also in ASCII for old clients (RFC 6266; RFC 8187)."""
    plain = "".join(character if character.isascii() and character not in '"\\%' else "_" for character in name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _part(request: web.Request, etag: str, size: int) -> tuple[int, int] | None:
    """Return the requested range (RFC 9110, 14.2); it is empty if the file has no such range.

    None: the whole file, also if the range is malformed, if there are several, and for HEAD, which has no ranges.
    """
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None:
        return None
    first, last, suffix = (int(digits) if digits else None for digits in asked.groups())
    if suffix is not None:
        return (max(0, size - suffix), size) if size or not suffix else None
    if first is None or (last is not None and last < first):
        return None
    return first, size if last is None else min(size, last + 1)
