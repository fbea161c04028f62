"""Writes of one commit, of which some fail. What the contracts say holds on a failing disk, too."""

from pathlib import Path

import apsw
import pytest

from muca.model.storage import Appended, StoreError
from muca.storage.sqlite.store import SqliteStore
from tests.storage.failing_disk import FailingDisk
from tests.storage.words import say, texts


def test_a_failed_disk_is_nobodys_own_fault(disk: FailingDisk, tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path)
    disk.fail("wal", "write", apsw.SQLITE_FULL)
    with pytest.raises(StoreError):
        store.commit([say("a"), say("\ud800")])
    disk.heal()
    stored, failed = store.commit([say("a"), say("\ud800")])
    assert isinstance(stored, Appended)
    assert isinstance(failed, StoreError)
    assert texts(store) == ["a"]
    store.close()
