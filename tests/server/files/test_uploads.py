"""Uploads: taken in whole or not at all, and nothing is left behind, whatever happens on the way."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path

import pytest

from muca.model.errors import ErrorCode
from muca.model.facts import Wanted
from muca.model.files import FileInfo
from muca.model.ids import ConnectionId
from muca.model.limits import AnnouncedLimits, Limits
from muca.model.queries import Query
from muca.model.storage import Decide, Guard, Look, LookResult, Refused, Rule, StoreError, WriteResult
from muca.server.conditions import Conditions
from muca.server.files.folder import FileFolder, Incoming
from muca.server.files.uploads import Uploads
from tests.client.socket_server import until
from tests.memory_store.store import MemoryStore
from tests.server.files.samples import picture
from tests.server.files.test_folder import everything

LIMITS = Limits(
    announced=AnnouncedLimits(file_bytes_max=1_000),
    account_file_bytes_max=1_500,
    server_file_bytes_max=2_000,
    uploads_per_session_max=2,
)


class AskedStore:
    """A store that answers at once, or as the test says."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.failure: StoreError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = 0

    async def decide(self, connection: ConnectionId, wanted: Wanted, rule: Rule) -> WriteResult:
        """Decide."""
        self.asked += 1
        await self.gate.wait()
        (result,) = self.store.commit([Decide(wanted=wanted, rule=rule, ts_ms=1)])
        return self.failure or result

    async def look(self, connection: ConnectionId, wanted: Wanted, guard: Guard, query: Query) -> LookResult:
        """Look."""
        return self.store.look(Look(wanted=wanted, guard=guard, query=query, ts_ms=1))


class Stage:
    """Uploads into a folder."""

    def __init__(self, place: Path, limits: Limits = LIMITS) -> None:
        self.place = place
        self.store = AskedStore()
        self.folder = FileFolder(place)
        self.uploads = Uploads(self.folder, limits, self.store, Conditions())

    async def bring(
        self, *chunks: bytes, uid: str = "tony", name: str = "a.bin", announced: int | None = None
    ) -> FileInfo | Refused | StoreError:
        """Upload."""
        return await self.uploads.receive(f"session of {uid}", uid, 1, name, announced, coming(*chunks))

    async def is_empty(self) -> bool:
        """Wait until nothing is left."""
        await until(lambda: everything(self.place) == [])
        return True


async def coming(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.uploads.stop()


def code(answer: object) -> ErrorCode:
    assert isinstance(answer, Refused), answer
    return answer.code


async def test_it_is_on_disk_and_in_the_store(stage: Stage) -> None:
    taken = await stage.bring(b"some", b"thing", name="notes.txt")
    assert isinstance(taken, FileInfo)
    assert (taken.name, taken.media_type, taken.bytes) == ("notes.txt", "text/plain", 9)
    assert stage.folder.path(taken.file).read_bytes() == b"something"
    assert stage.store.store.known_files([taken.file]) == {taken.file}


async def test_a_picture_has_its_thumbnail(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Limits())
    taken = await stage.bring(picture("png", 1_000, 10))
    assert isinstance(taken, FileInfo)
    assert (taken.media_type, taken.width, taken.height, taken.thumbnail) == ("image/png", 1_000, 10, True)
    assert taken.bytes == stage.folder.path(taken.file).stat().st_size
    assert stage.folder.thumbnail_path(taken.file).exists()
    stage.uploads.stop()


@pytest.mark.parametrize("announced", [None, 1_000])
async def test_as_large_as_may_be(stage: Stage, announced: int | None) -> None:
    assert isinstance(await stage.bring(b"x" * 600, b"x" * 400, announced=announced), FileInfo)


@pytest.mark.parametrize(("chunks", "announced"), [((b"x" * 600, b"x" * 401), None), ((), 1_001)])
async def test_one_more_is_too_large(stage: Stage, chunks: tuple[bytes, ...], announced: int | None) -> None:
    assert code(await stage.bring(*chunks, announced=announced)) is ErrorCode.FILE_TOO_LARGE
    assert await stage.is_empty()


async def test_over_quota_is_refused_before_it_comes_or_when_it_has(stage: Stage) -> None:
    assert isinstance(await stage.bring(b"x" * 1_000), FileInfo)
    for announced in (501, None):
        assert code(await stage.bring(b"x" * 501, announced=announced)) is ErrorCode.TOO_MANY
    assert isinstance(await stage.bring(b"x" * 500), FileInfo)
    assert code(await stage.bring(b"x" * 501, uid="mary")) is ErrorCode.TOO_MANY
    await until(lambda: len(everything(stage.place)) == 2)


@pytest.mark.parametrize(
    ("name", "clean"), [("", "file"), ("a/b", "b"), ("x" * 201, "x" * 200), ("a\u202e.txt", "a.txt")]
)
async def test_a_bad_name_is_cleaned_and_told(stage: Stage, name: str, clean: str) -> None:
    info = await stage.bring(b"x", name=name)
    assert isinstance(info, FileInfo)
    assert info.name == clean


async def test_one_that_is_cut_off_leaves_nothing(stage: Stage) -> None:
    async def cut_off() -> AsyncIterator[bytes]:
        yield b"x" * 100
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await stage.uploads.receive("s", "tony", 1, "a", None, cut_off())
    assert await stage.is_empty()


async def test_who_leaves_before_it_was_looked_at_leaves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a thread is doing with it just then."""
    kept, cancelled = asyncio.Event(), asyncio.Event()
    loop, keep = asyncio.get_running_loop(), Incoming.keep

    def slow_keep(incoming: Incoming, thumbnail: bytes | None) -> tuple[str, str, int]:
        done = keep(incoming, thumbnail)
        loop.call_soon_threadsafe(kept.set)
        asyncio.run_coroutine_threadsafe(cancelled.wait(), loop).result(10)
        return done

    monkeypatch.setattr(Incoming, "keep", slow_keep)
    upload = asyncio.create_task(stage.bring(b"x"))
    await kept.wait()
    upload.cancel()
    cancelled.set()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await stage.is_empty()


async def test_who_leaves_while_the_store_is_asked_may_have_brought_it(stage: Stage) -> None:
    stage.store.gate.clear()
    upload = asyncio.create_task(stage.bring(b"x"))
    await until(lambda: stage.store.asked > 0)
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert len(everything(stage.place)) == 1


async def test_a_store_that_fails_leaves_nothing(stage: Stage) -> None:
    stage.store.failure = StoreError("disk full")
    assert await stage.bring(b"x") is stage.store.failure
    assert await stage.is_empty()


@pytest.mark.parametrize("act", ["write", "close", "keep"])
async def test_a_full_disk_leaves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Incoming, act, fail)
    failed = await stage.bring(b"x")
    assert isinstance(failed, StoreError)
    assert "No space left" in str(failed)
    assert await stage.is_empty()
    monkeypatch.undo()
    assert isinstance(await stage.bring(b"x"), FileInfo)


async def test_an_fsync_that_fails_leaves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    assert isinstance(await stage.bring(b"x"), StoreError)
    assert await stage.is_empty()


async def test_so_many_of_a_session_at_once_and_others_wait_for_their_turn(tmp_path: Path) -> None:
    """Waiting uploads are not read, and start in order. Above the limit of waiting ones, the next one is refused."""
    stage = Stage(tmp_path, Limits(uploads_per_session_max=2, uploads_waiting_max=2))
    ends = [asyncio.Event() for _ in range(4)]
    begun: list[int] = []

    async def until_told(number: int) -> AsyncIterator[bytes]:
        begun.append(number)
        yield b"x"
        await ends[number].wait()

    def receive(session: str, body: AsyncIterator[bytes]) -> Coroutine[None, None, FileInfo | Refused | StoreError]:
        return stage.uploads.receive(session, "tony", 1, "a", None, body)

    async with asyncio.TaskGroup() as tasks:
        uploads = [tasks.create_task(receive("s", until_told(number))) for number in range(4)]
        await until(lambda: stage.uploads._wanted["s"] == 4 and begun == [0, 1])
        assert code(await receive("s", coming(b"x"))) is ErrorCode.SLOW_DOWN
        assert isinstance(await receive("other", coming(b"x")), FileInfo)
        assert begun == [0, 1]
        uploads[2].cancel()  # its connection is gone
        ends[0].set()
        await until(lambda: begun == [0, 1, 3])
        for end in ends:
            end.set()
    assert [upload.cancelled() or type(upload.result()) for upload in uploads] == [FileInfo, FileInfo, True, FileInfo]
    assert isinstance(await receive("s", coming(b"x")), FileInfo)
    assert not stage.uploads._wanted
    assert not stage.uploads._turns
    stage.uploads.stop()
