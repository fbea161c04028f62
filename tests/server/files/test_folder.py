"""The folder of bytes: whole or not there, and nothing is left behind."""

import hashlib
import os
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog

from muca.model.changes import Erase
from muca.model.rooms import LOBBY
from muca.model.storage import StoreError
from muca.server.files.folder import FileFolder
from muca.storage.store import Store
from tests.memory_store.store import MemoryStore
from tests.storage.words import a_file, bring, decide, done, say

DAY_MS = 86_400_000
NOW_MS = 20_000 * DAY_MS


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def brought(files: FileFolder, data: bytes = b"data", thumbnail: bytes | None = b"small") -> str:
    incoming = files.begin()
    incoming.write(data)
    incoming.close()
    file, _, _ = incoming.keep(thumbnail)
    incoming.place()
    return file


def tend(files: FileFolder, store: Store, now_ms: int = NOW_MS) -> None:
    while files.tend(store, now_ms):
        pass


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with structlog.testing.capture_logs() as logged:
        yield logged


class TestIncoming:
    def test_it_gets_its_name_when_it_is_whole(self, tmp_path: Path) -> None:
        files = FileFolder(tmp_path)
        incoming = files.begin()
        incoming.write(b"da")
        incoming.write(b"ta")
        incoming.close()
        assert [name.partition(os.sep)[0] for name in everything(tmp_path)] == ["incoming"]
        file, sha256, size = incoming.keep(b"small")
        assert (sha256, size, incoming.bytes) == (hashlib.sha256(b"data").hexdigest(), 4, 4)
        assert [name.partition(os.sep)[0] for name in everything(tmp_path)] == ["incoming"] * 2
        incoming.place()
        assert files.path(file).read_bytes() == b"data"
        assert files.thumbnail_path(file).read_bytes() == b"small"
        assert len(everything(tmp_path)) == 2

    def test_it_is_on_disk_before_it_is_known(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        synced: list[int] = []
        monkeypatch.setattr("os.fsync", lambda opened: synced.append(os.fstat(opened).st_ino))
        incoming = FileFolder(tmp_path).begin()
        incoming.write(b"data")
        incoming.close()
        incoming.keep(b"small")
        thumbnail = incoming.path.with_suffix(".webp")
        places = incoming.path, thumbnail, *([incoming.path.parent, tmp_path] * (os.name == "posix"))
        assert sorted(synced) == sorted(place.stat().st_ino for place in places)

    @pytest.mark.parametrize("kept", [True, False])
    def test_what_is_discarded_leaves_nothing(self, tmp_path: Path, kept: bool) -> None:
        incoming = FileFolder(tmp_path).begin()
        incoming.write(b"data")
        incoming.close()
        if kept:
            incoming.keep(b"small")
        incoming.discard()
        assert everything(tmp_path) == []

    def test_what_is_discarded_is_not_kept_nor_written(self, tmp_path: Path) -> None:
        incoming = FileFolder(tmp_path).begin()
        incoming.discard()
        with pytest.raises(FileNotFoundError):
            incoming.write(b"data")
        with pytest.raises(FileNotFoundError):
            incoming.keep(None)
        assert everything(tmp_path) == []


def test_an_id_is_no_path(tmp_path: Path) -> None:
    for bad in ("f-1", "../../x", "f-" + "g" * 32, "f-" + "a" * 33):
        with pytest.raises(AssertionError):
            FileFolder(tmp_path).path(bad)


class TestTend:
    def test_what_is_gone_for_the_store_is_gone_from_the_disk(self, tmp_path: Path) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        file, other = brought(files), brought(files)
        done(store, bring(a_file(file), a_file(other)))
        store.commit([say(files=(file,))])
        assert not files.tend(store, NOW_MS)
        done(store, decide(Erase(room=LOBBY, seq=1)))
        assert files.tend(store, NOW_MS)
        assert not files.tend(store, NOW_MS)
        assert len(everything(tmp_path)) == 2
        assert store.gone_files(9) == []

    def test_what_was_gone_already_is_no_matter(self, tmp_path: Path) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        file = brought(files, thumbnail=None)
        done(store, bring(a_file(file)))
        store.commit([say(files=(file,))])
        done(store, decide(Erase(room=LOBBY, seq=1)))
        files.remove([file])  # killed before it could say so
        assert files.tend(store, NOW_MS)
        assert store.gone_files(9) == []

    def test_a_disk_that_fails_is_told_and_tried_again(self, tmp_path: Path) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        file = brought(files)
        done(store, bring(a_file(file)))
        store.commit([say(files=(file,))])
        done(store, decide(Erase(room=LOBBY, seq=1)))
        files.path(file).unlink()
        files.path(file).mkdir()
        with pytest.raises(StoreError):
            files.tend(store, NOW_MS)
        files.path(file).rmdir()
        assert files.tend(store, NOW_MS)
        assert everything(tmp_path) == []


class TestNothingLost:
    """What the database does not know is never deleted on the spot."""

    def test_a_kill_before_the_place_was_given(self, tmp_path: Path) -> None:
        """What the store knows gets its place at the next start."""
        files, store = FileFolder(tmp_path), MemoryStore()
        incoming = files.begin()
        incoming.write(b"data")
        incoming.close()
        file, _, _ = incoming.keep(b"small")
        done(store, bring(a_file(file)))
        files = FileFolder(tmp_path)
        tend(files, store)
        assert files.path(file).read_bytes() == b"data"
        assert files.thumbnail_path(file).read_bytes() == b"small"
        assert len(everything(tmp_path)) == 2

    def test_what_a_killed_server_left_is_in_quarantine_for_30_days(
        self, tmp_path: Path, logged: list[MutableMapping[str, Any]]
    ) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        half, whole = files.begin(), files.begin()
        for incoming in half, whole:
            incoming.write(b"data")
            incoming.close()
        whole.keep(b"small")
        (tmp_path / "incoming" / "0123456789abcdef").write_bytes(b"of an older muca")
        known = brought(files)
        done(store, bring(a_file(known)))
        files = FileFolder(tmp_path)
        young = files.begin()
        young.write(b"young")
        young.close()
        tend(files, store)
        swept = tmp_path / "quarantine" / "2024-10-04T00-00-00Z"
        assert (swept / half.file).read_bytes() == b"data"
        assert len(list(swept.iterdir())) == 4
        assert young.path.exists()
        assert [line for line in logged if line["event"] == "files_quarantined"] == [
            {
                "event": "files_quarantined",
                "log_level": "warning",
                "files": 4,
                "bytes": 4 + 4 + 5 + 16,
                "folder": str(swept),
            }
        ]
        tend(files, store, NOW_MS + 30 * DAY_MS)
        assert swept.exists()
        tend(files, store, NOW_MS + 31 * DAY_MS)
        assert not swept.exists()
        assert files.path(known).exists()

    @pytest.mark.parametrize("knows_some", [True, False])
    def test_a_database_that_is_new_or_restored_deletes_no_attachment(
        self, tmp_path: Path, logged: list[MutableMapping[str, Any]], knows_some: bool
    ) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        sent = [brought(files) for _ in range(5)]
        if knows_some:
            done(store, bring(a_file(sent[0])))
        for path in tmp_path.rglob("*"):
            os.utime(path, (1, 1))
        before = everything(tmp_path)
        for _ in range(3):
            tend(FileFolder(tmp_path), store)
            store.commit([say()])
        assert everything(tmp_path) == before
        unknown = 5 - knows_some
        assert [(line["files"], line["bytes"]) for line in logged if line["event"] == "files_unknown"] == [
            (unknown, unknown * 4)
        ] * 3

    def test_other_peoples_files_stay(self, tmp_path: Path, logged: list[MutableMapping[str, Any]]) -> None:
        for folder in ("ab", "quarantine"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "notes.txt").write_text("mine")
        tend(FileFolder(tmp_path), MemoryStore())
        assert len(everything(tmp_path)) == 2
        assert logged == []
