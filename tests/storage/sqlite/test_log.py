"""When the write-ahead log is copied into the database."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from muca.model.storage import StoreBroken
from muca.storage.sqlite import reserve
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from tests.storage.failing_disk import FailingDisk
from tests.storage.words import say, texts


@pytest.fixture
def store(disk: FailingDisk, tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore.open(tmp_path)
    yield store
    store.close()


def test_with_no_room_for_a_checkpoint_commits_go_on(disk: FailingDisk, store: SqliteStore, tmp_path: Path) -> None:
    """The write-ahead log has all; it is copied into the database when there is room again."""
    database = tmp_path / FILE_NAME
    size = database.stat().st_size
    disk.fail("database", "write", apsw.SQLITE_FULL)
    for _ in range(6):
        store.commit([say()] * 1_000)
    assert database.stat().st_size == size
    disk.heal()
    store.commit([say()])
    assert database.stat().st_size > size
    assert len(texts(store)) == 6_001


@pytest.mark.parametrize(("act", "code"), [("sync", apsw.SQLITE_IOERR_FSYNC), ("write", apsw.SQLITE_IOERR_WRITE)])
def test_a_checkpoint_that_fails_breaks_the_store(disk: FailingDisk, store: SqliteStore, act: str, code: int) -> None:
    disk.fail("database", act, code)
    with pytest.raises(StoreBroken):
        store.commit([say()] * 6_000)


def test_near_a_full_disk_it_is_copied_sooner(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is near is asked once in so many writes, not with each commit."""
    database = tmp_path / FILE_NAME
    size = database.stat().st_size
    asked = 0

    def is_near(_: reserve.SpaceReserve) -> bool:
        nonlocal asked
        asked += 1
        return asked == 2

    monkeypatch.setattr(reserve.SpaceReserve, "is_near", is_near)
    for _ in range(499):
        store.commit([say()])
    assert database.stat().st_size == size
    store.commit([say()])
    assert (asked, database.stat().st_size > size) == (2, True)
