"""Receives uploads: writes the data to disk as it arrives, inspects it, moves it to its place, and tells the store.

An upload that fails leaves nothing behind, whether it was refused, too large or interrupted, or the disk was
full. If the connection is lost while the store is asked, the store's decision counts.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from muca.core.files import may_upload, put_file, uploading
from muca.model.errors import ErrorCode
from muca.model.facts import Wanted
from muca.model.files import FileInfo, StoredFile, clean_file_name
from muca.model.ids import ConnectionId, Uid
from muca.model.limits import Limits
from muca.model.queries import PersonQuery, Query
from muca.model.storage import Decided, Guard, LookResult, Refused, Rule, StoreError, StoreFull, WriteResult
from muca.server.conditions import Condition, Conditions
from muca.server.files.folder import FileFolder, Incoming
from muca.server.files.inspecting import inspect
from muca.storage.sqlite.reserve import NO_ROOM

_T = TypeVar("_T")


class UploadStore(Protocol):
    """Sends requests to the store on behalf of a connection."""

    async def decide(self, connection: ConnectionId, wanted: Wanted, rule: Rule) -> WriteResult:
        """Let a rule decide."""

    async def look(self, connection: ConnectionId, wanted: Wanted, guard: Guard, query: Query) -> LookResult:
        """Let the store read something."""


class Uploads:
    """Receives uploads.

    Args:
        folder: where the bytes are stored.
        limits: all limits.
        store: decides whether uploads are allowed, and records them.
        conditions: told when the disk fails, and when it works again.
    """

    def __init__(self, folder: FileFolder, limits: Limits, store: UploadStore, conditions: Conditions) -> None:
        self._folder = folder
        self._limits = limits
        self._store = store
        self._conditions = conditions
        self._wanted: Counter[str] = Counter()
        """Uploads in progress or waiting, by session."""
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._disk = ThreadPoolExecutor(4, "muca-files")
        self._looker = ThreadPoolExecutor(1, "muca-pictures")
        """One thread only, as decoding a picture takes much memory."""

    async def receive(
        self,
        session: str,
        uid: Uid,
        connection: ConnectionId,
        name: str,
        bytes_announced: int | None,
        chunks: AsyncIterator[bytes],
    ) -> FileInfo | Refused | StoreError:
        """Receive the data of ``chunks``; ``bytes_announced``: its declared size.

        Raises what ``chunks`` raises.
        """
        limits = self._limits
        name = clean_file_name(name, limits.announced.file_name_chars_max)
        if self._wanted[session] >= limits.uploads_per_session_max + limits.uploads_waiting_max:
            return Refused(
                code=ErrorCode.SLOW_DOWN,
                detail="Too many uploads are waiting; try again when others are done.",
                retry_seconds=1,
            )
        async with self._turn(session):
            guard = may_upload(self._limits, bytes_announced or 0)
            refused = self._too_large(bytes_announced or 0)
            answer = refused or await self._store.look(connection, uploading(uid), guard, PersonQuery())
            if isinstance(answer, Refused | StoreError):
                return answer
            try:
                return await self._take_in(uid, connection, name, chunks)
            except StoreError as error:
                return error

    @asynccontextmanager
    async def _turn(self, session: str) -> AsyncIterator[None]:
        """Wait until the session may start another upload; nothing of this one is read until then."""
        turns = self._turns.setdefault(session, asyncio.Semaphore(self._limits.uploads_per_session_max))
        self._wanted[session] += 1
        try:
            async with turns:
                yield
        finally:
            self._wanted[session] -= 1
            if not self._wanted[session]:
                del self._wanted[session], self._turns[session]

    def _too_large(self, size: int) -> Refused | None:
        bytes_max = self._limits.announced.file_bytes_max
        if size <= bytes_max:
            return None
        return Refused(code=ErrorCode.FILE_TOO_LARGE, detail=f"A file may have at most {bytes_max} bytes.")

    async def _take_in(
        self, uid: Uid, connection: ConnectionId, name: str, chunks: AsyncIterator[bytes]
    ) -> FileInfo | Refused | StoreError:
        incoming = self._folder.begin()
        is_the_stores = False
        try:
            refused = await self._write(incoming, chunks)
            if refused is not None:
                return refused
            file = await self._keep(incoming, uid, name)
            is_the_stores = True
            result = await self._store.decide(connection, uploading(uid), put_file(self._limits, file))
            is_the_stores = isinstance(result, Decided)
            if is_the_stores:
                await self._run(self._disk, incoming.place)
                self._conditions.end(Condition.UPLOADS)
        finally:
            if not is_the_stores:
                self._disk.submit(incoming.discard)  # in this thread, as it may still be writing
        if isinstance(result, Refused | StoreError):
            return result
        return file.info

    async def _write(self, incoming: Incoming, chunks: AsyncIterator[bytes]) -> Refused | None:
        """Write the data, up to the maximum size."""
        async for chunk in chunks:
            refused = self._too_large(incoming.bytes + len(chunk))
            if refused is not None:
                return refused
            await self._run(self._disk, incoming.write, chunk)
        await self._run(self._disk, incoming.close)
        return None

    async def _keep(self, incoming: Incoming, uid: Uid, name: str) -> StoredFile:
        """Inspect a complete file, and flush it to disk."""
        pixels_max, side_max = self._limits.image_pixels_max, self._limits.thumbnail_side_max
        found = await self._run(self._looker, inspect, incoming.path, pixels_max, side_max)
        file, sha256, size = await self._run(self._disk, incoming.keep, found.thumbnail)
        info = FileInfo(
            file=file,
            name=name,
            media_type=found.media_type,
            bytes=size,
            width=found.width,
            height=found.height,
            thumbnail=found.thumbnail is not None,
        )
        return StoredFile(info=info, uid=uid, sha256=sha256)

    async def _run(self, threads: ThreadPoolExecutor, function: Callable[..., _T], *args: object) -> _T:
        """Run a function that waits for the disk in a thread. Raises ``StoreError``."""
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, function, *args)
        except OSError as error:
            failure = (StoreFull if error.errno in NO_ROOM else StoreError)(str(error))
            self._conditions.begin(Condition.UPLOADS, failure)
            raise failure from error

    def stop(self) -> None:
        """End the threads after their current work."""
        self._disk.shutdown()
        self._looker.shutdown()
