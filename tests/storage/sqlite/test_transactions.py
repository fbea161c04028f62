"""What may be relied on when disks fail, files are moved or damaged, or other programs write."""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import apsw
import pytest

from muca.model.rooms import LOBBY
from muca.model.storage import (
    Admitted,
    Appended,
    Retention,
    StoreBroken,
    StoreDamaged,
    StoreError,
    StoreMoved,
    StoreUnreadable,
    StoreWrite,
)
from muca.storage.sqlite import database_file
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.storage.failing_disk import FailingDisk, damage
from tests.storage.words import TONY_MARY, Placed, admit, page, query, say, texts


@pytest.fixture
def store(disk: FailingDisk, tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
    yield store
    store.close()


def content(folder: Path) -> dict[str, bytes]:
    """Return every byte of the database in a folder."""
    return {file.name: file.read_bytes() for file in folder.glob(f"{FILE_NAME}*")}


@contextlib.contextmanager
def killed_now(folder: Path) -> Iterator[SqliteStore]:
    """Open what would be there, had the server that has the folder open been killed at this moment."""
    copy = folder / "copy"
    copy.mkdir()
    for file in folder.glob(f"{FILE_NAME}*"):
        shutil.copy(file, copy)
    store = SqliteStore.open(copy)
    yield store
    store.close()


class TestFailingDisk:
    @pytest.mark.parametrize("code", [apsw.SQLITE_FULL, apsw.SQLITE_IOERR_WRITE])
    @pytest.mark.parametrize("after", [0, 1, 2, 3, 4, 7])
    def test_a_failed_write_undoes_the_whole_commit(
        self, disk: FailingDisk, store: SqliteStore, code: int, after: int
    ) -> None:
        """Reads go on, and once there is room again, so do commits."""
        store.commit([say("a", id="1")])
        writes: list[StoreWrite] = [say("b", id="2"), say("c", to=("mary",)), admit("mary", offer="key")]
        disk.fail("wal", "write", code, after=after)
        with pytest.raises(StoreError) as caught:
            store.commit(writes)
        assert not isinstance(caught.value, StoreBroken)
        assert texts(store) == ["a"]
        disk.heal()
        stored, made, admitted = store.commit(writes)
        assert stored == Placed(room=LOBBY, seq=2, ts_ms=1_000)
        assert made == Placed(room=TONY_MARY, seq=1, ts_ms=1_000)
        assert isinstance(admitted, Admitted)
        assert admitted.offer_taken

    def test_a_failed_write_beside_one_that_fails_by_itself(self, disk: FailingDisk, store: SqliteStore) -> None:
        disk.fail("wal", "write", apsw.SQLITE_FULL)
        with pytest.raises(StoreError):
            store.commit([say("a"), say("\ud800")])
        disk.heal()
        assert isinstance(store.commit([say("a"), say("\ud800")])[1], StoreError)
        assert texts(store) == ["a"]

    def test_what_failed_on_a_full_disk_is_not_there_after_a_kill(
        self, disk: FailingDisk, store: SqliteStore, tmp_path: Path
    ) -> None:
        disk.fail("wal", "write", apsw.SQLITE_FULL, after=3)
        with pytest.raises(StoreError):
            store.commit([say("a")])
        disk.heal()
        with killed_now(tmp_path) as again:
            assert texts(again) == []

    def test_a_failed_sync_breaks_the_store_for_good(
        self, disk: FailingDisk, store: SqliteStore, tmp_path: Path
    ) -> None:
        """It is never tried again, and nothing is written any more, not even while closing. Reads go on."""
        store.commit([say("a")])
        disk.fail("wal", "sync", apsw.SQLITE_IOERR_FSYNC)
        with pytest.raises(StoreBroken):
            store.commit([say("b")])
        disk.heal()
        before = content(tmp_path)
        with pytest.raises(StoreBroken):
            store.commit([say("b")])
        assert texts(store) == ["a"]
        store.close()
        assert content(tmp_path) == before

    def test_an_error_that_may_have_come_after_the_last_page_breaks_the_store(
        self, disk: FailingDisk, store: SqliteStore
    ) -> None:
        disk.fail("wal", "write", apsw.SQLITE_IOERR_SHMSIZE)
        with pytest.raises(StoreBroken):
            store.commit([say()])


class TestMoved:
    """The files go, or others come into their place, while the server runs."""

    MOVES: ClassVar[dict[str, Callable[[Path], object]]] = {
        "the folder is removed": shutil.rmtree,
        "the folder is renamed": lambda folder: folder.rename(folder.with_name("elsewhere")),
        "a copy takes its place": lambda folder: (
            folder.rename(folder.with_name("elsewhere")),
            shutil.copytree(folder.with_name("elsewhere"), folder),
        ),
        "the database is removed": lambda folder: (folder / FILE_NAME).unlink(),
        "the write-ahead log is removed": lambda folder: (folder / f"{FILE_NAME}-wal").unlink(),
        "the shared memory is removed": lambda folder: (folder / f"{FILE_NAME}-shm").unlink(),
        "a backup is put in": lambda folder: (folder / "backup").replace(folder / FILE_NAME),
    }

    @pytest.fixture(params=[False, True], ids=["just changed", "unchanged for long"])
    def is_settled(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
        """Whether the folder was unchanged for so long that the files are not looked at one by one any more."""
        is_settled: bool = request.param
        monkeypatch.setattr(database_file, "_CLOCK_TICK_NS", 50_000_000 if is_settled else 1 << 62)
        return is_settled

    def opened(self, folder: Path, is_settled: bool) -> SqliteStore:
        store = SqliteStore.open(folder)
        deadline = time.monotonic() + 30
        while is_settled and store._places._seen is None:
            store.forget_gone([])
            assert time.monotonic() < deadline
        return store

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "data"
        store = SqliteStore.open(folder)
        store.commit([say("before")])
        store.close()
        shutil.copy(folder / FILE_NAME, folder / "backup")
        return folder

    @pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
    def test_nothing_is_acknowledged(self, folder: Path, is_settled: bool, move: Callable[[Path], object]) -> None:
        """What was there can be read: the process may have the last copy."""
        store = self.opened(folder, is_settled)
        move(folder)
        for attempt in (
            lambda: store.commit([say("lost")]),
            lambda: store.tend(0, Retention()),
            lambda: store.forget_gone([]),
        ):
            with pytest.raises(StoreMoved):
                attempt()
        assert texts(store) == ["before"]
        store.close()

    def test_nor_when_it_happens_during_the_commit(self, folder: Path, is_settled: bool, disk: FailingDisk) -> None:
        store = self.opened(folder, is_settled)

        def move() -> None:
            if folder.exists():
                folder.rename(folder.with_name("elsewhere"))

        disk.before_act = move
        with pytest.raises(StoreMoved):
            store.commit([say("lost")])
        store.close()

    def test_what_is_moved_back_goes_on(self, folder: Path, is_settled: bool) -> None:
        store = self.opened(folder, is_settled)
        folder.rename(folder.with_name("elsewhere"))
        with pytest.raises(StoreMoved):
            store.commit([say("lost")])
        folder.with_name("elsewhere").rename(folder)
        store.commit([say("after")])
        assert texts(store) == ["before", "after"]
        store.close()

    def test_times_that_are_put_back_hide_nothing(self, folder: Path, is_settled: bool) -> None:
        """As rsync and tar put them back when they have unpacked a backup."""
        store = self.opened(folder, is_settled)
        before = folder.stat()
        (folder / "backup").replace(folder / FILE_NAME)
        os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
        with pytest.raises(StoreMoved):
            store.commit([say("lost")])
        store.close()

    def test_other_files_may_come_and_go(self, folder: Path, is_settled: bool) -> None:
        store = self.opened(folder, is_settled)
        (folder / "backup").unlink()
        assert isinstance(store.commit([say("a")])[0], Appended)
        store.close()

    @pytest.mark.parametrize("is_settled", [True], indirect=True)
    def test_a_commit_looks_at_the_folder_twice(
        self, folder: Path, is_settled: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store, stat = self.opened(folder, is_settled), os.stat
        looked: list[str] = []

        def look(path: str) -> os.stat_result:
            looked.append(path)
            return stat(path)

        with monkeypatch.context() as patched:
            patched.setattr(os, "stat", look)
            store.commit([say("a")])
        assert looked == [str(folder)] * 2
        store.close()


class TestDamage:
    """A page of the log goes bad while the server runs; nothing that is checked at the start shows it."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteStore]:
        """A store whose lobby can no longer be read or written to."""
        store = SqliteStore.open(tmp_path)
        store.commit([say(to=("mary",))] * 200 + [say()] * 30)
        store.close()
        damage(tmp_path / FILE_NAME, "events")
        store = SqliteStore.open(tmp_path)
        yield store
        store.close()

    def test_reading_there_fails_and_elsewhere_goes_on(self, store: SqliteStore) -> None:
        for _ in range(2):
            with pytest.raises(StoreDamaged):
                page(store, query(after=0, events_max=1))
            assert page(store, query(TONY_MARY, events_max=1)).events[0].seq == 200

    def test_after_reading_there_the_file_is_not_written_any_more(self, store: SqliteStore, tmp_path: Path) -> None:
        """Nor by housekeeping, nor at the end."""
        with pytest.raises(StoreDamaged):
            page(store, query(after=0, events_max=1))
        before = content(tmp_path)
        for attempt in lambda: store.commit([say("b", to=("mary",))]), lambda: store.tend(0, Retention()):
            with pytest.raises(StoreDamaged):
                attempt()
        store.close()
        assert content(tmp_path).items() >= {name: data for name, data in before.items() if name[-4:] != "-shm"}.items()

    def test_a_disk_that_cannot_be_read_for_a_while(self, disk: FailingDisk, tmp_path: Path) -> None:
        store = SqliteStore.open(tmp_path / "other")
        store.commit([say()] * 3)
        store._log.copy()
        disk.fail("database", "read", apsw.SQLITE_IOERR_READ)
        store._reader.cache_flush()
        store._reader.pragma("shrink_memory")
        with pytest.raises(StoreUnreadable):
            page(store, query())
        disk.heal()
        store.commit([say()])
        assert len(texts(store)) == 4
        store.close()

    def test_a_row_that_is_not_what_was_written(self, tmp_path: Path) -> None:
        """SQLite finds nothing wrong with it."""
        store = SqliteStore.open(tmp_path / "other")
        store.commit([say()])
        store._writer.execute("UPDATE events SET mentions = 'rubbish'")
        with pytest.raises(StoreUnreadable):
            page(store, query())
        store.close()

    def test_after_writing_there_the_file_is_not_written_any_more(self, store: SqliteStore) -> None:
        for writes in [say("b")], [say("b", to=("mary",))]:
            with pytest.raises(StoreDamaged):
                store.commit(writes)


def test_while_another_program_writes_commits_fail_and_then_go_on(store: SqliteStore, tmp_path: Path) -> None:
    store._writer.set_busy_timeout(1)
    with contextlib.closing(apsw.Connection(str(tmp_path / FILE_NAME))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            store.commit([say("a")])
        assert not isinstance(caught.value, StoreBroken)
    assert store.commit([say("a")]) == [Placed(room=LOBBY, seq=1, ts_ms=1_000)]
