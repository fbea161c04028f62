"""Copies of a database: complete, of one moment, and made while a server writes."""

import contextlib
import os
import threading
import time
from pathlib import Path

import apsw
import pytest

from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.snapshot import contents_of, copy_database, still_named
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable
from tests.storage.failing_disk import FailingDisk, damage
from tests.storage.old_database import LOBBY_EVENTS, make_old_database
from tests.storage.words import say, texts
from tests.wire import DEADLINE_SECONDS

COPY = "muca-before-update.sqlite3"


def copy(source: Path, target: Path) -> list[float]:
    shares: list[float] = []
    copy_database(source / FILE_NAME, target, shares.append)
    return shares


def reopened(file: Path, folder: Path) -> SqliteStore:
    """Open a copy as the database of a new folder."""
    folder.mkdir()
    file.rename(folder / FILE_NAME)
    return SqliteStore.open(folder)


def test_what_was_committed_before_is_in_it_and_commits_go_on_meanwhile(tmp_path: Path) -> None:
    with contextlib.closing(SqliteStore.open(tmp_path / "data")) as store:
        committed = 0
        stop, grown = threading.Event(), threading.Condition()

        def write() -> None:
            nonlocal committed
            while not stop.is_set():
                store.commit([say(f"{number}") for number in range(committed, committed + 10)])
                with grown:
                    committed += 10
                    grown.notify()

        def wait_for(messages: int) -> None:
            with grown:
                assert grown.wait_for(lambda: committed >= messages, DEADLINE_SECONDS)

        writing = threading.Thread(target=write)
        writing.start()
        try:
            wait_for(500)
            before = committed
            shares = copy(tmp_path / "data", tmp_path / "copy")
            after = committed
            wait_for(after + 500)
        finally:
            stop.set()
            writing.join()
    assert shares[-1] == 1.0
    assert contents_of(tmp_path / "copy").events >= before
    with contextlib.closing(reopened(tmp_path / "copy", tmp_path / "new")) as copied:
        found = texts(copied)
    assert found == [f"{number}" for number in range(len(found))]
    assert before <= len(found) <= after + 10


def test_it_is_one_file_that_says_what_is_in_it(tmp_path: Path) -> None:
    with contextlib.closing(SqliteStore.open(tmp_path / "data")) as store:
        store.commit([say("a"), say("b")])
        copy(tmp_path / "data", tmp_path / "copy")
        found = contents_of(tmp_path / "copy")
        assert (found.server_id, found.events, found.newest_ms, found.files) == (store.server_id, 2, 1_000, {})
        assert still_named(tmp_path / "data" / FILE_NAME, ["f-0"]) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "data"]


def test_a_database_of_an_older_version_can_be_copied(tmp_path: Path) -> None:
    """So a backup can be made after the packages are updated, and before the server is restarted."""
    make_old_database(tmp_path / "data")
    copy(tmp_path / "data", tmp_path / "copy")
    assert contents_of(tmp_path / "copy").events > LOBBY_EVENTS


def test_one_that_is_missing_or_damaged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="no database here yet"):
        copy(tmp_path, tmp_path / "copy")
    SqliteStore.open(tmp_path / "data").close()
    damage(tmp_path / "data" / FILE_NAME, "codes_by_hash")
    with pytest.raises(StoreUnusable, match="damaged"):
        copy(tmp_path / "data", tmp_path / "copy")


def test_a_full_disk_is_said(tmp_path: Path, disk: FailingDisk) -> None:
    with contextlib.closing(SqliteStore.open(tmp_path / "data")):
        disk.fail("database", "write", apsw.SQLITE_FULL)
        with pytest.raises(StoreUnusable, match="copy: the disk is full"):
            copy(tmp_path / "data", tmp_path / "copy")
        disk.heal()


class TestBeforeAnUpdate:
    @pytest.fixture
    def old(self, tmp_path: Path) -> Path:
        """A folder with a database of an older version."""
        make_old_database(tmp_path / "data")
        return tmp_path / "data"

    def test_a_copy_is_kept(self, old: Path) -> None:
        before = contents_of(old / FILE_NAME)
        SqliteStore.open(old).close()
        assert contents_of(old / COPY) == before
        kept = (old / COPY).stat().st_ino
        SqliteStore.open(old).close()
        assert (old / COPY).stat().st_ino == kept

    def test_an_interrupted_update_keeps_the_first_copy(self, old: Path, disk: FailingDisk) -> None:
        disk.fail("wal", "write", apsw.SQLITE_IOERR, after=20)
        with pytest.raises(StoreUnusable):
            SqliteStore.open(old)
        kept = (old / COPY).stat().st_ino
        disk.heal()
        SqliteStore.open(old).close()
        assert (old / COPY).stat().st_ino == kept

    def test_without_space_for_it_nothing_is_updated(self, old: Path, disk: FailingDisk) -> None:
        disk.folder, disk.capacity = old, (old / FILE_NAME).stat().st_size + 4_096
        with pytest.raises(StoreUnusable, match="the disk is full"):
            SqliteStore.open(old)
        disk.folder = None
        SqliteStore.open(old).close()
        assert (old / COPY).exists()

    def test_it_goes_after_thirty_days(self, old: Path) -> None:
        for days, is_kept in (0, True), (29, True), (31, False):
            if days:
                changed = time.time() - days * 86_400
                os.utime(old / COPY, (changed, changed))
            SqliteStore.open(old).close()
            assert (old / COPY).exists() == is_kept

    def test_a_new_database_has_none(self, tmp_path: Path) -> None:
        SqliteStore.open(tmp_path).close()
        assert not (tmp_path / COPY).exists()
