"""The folder of bytes: whole or not there, and nothing is left behind."""

import hashlib
import os
from pathlib import Path

import pytest

from muca.model.changes import Erase
from muca.model.rooms import LOBBY
from muca.model.storage import StoreError
from muca.server.files.folder import FileFolder
from muca.storage.memory import MemoryStore
from tests.storage.words import a_file, bring, decide, done, say


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def brought(files: FileFolder, data: bytes = b"data", thumbnail: bytes | None = b"small") -> str:
    incoming = files.begin()
    incoming.write(data)
    incoming.close()
    file, _, _ = incoming.keep(thumbnail)
    return file


def age(folder: Path) -> None:
    """Have everything there be from yesterday."""
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))


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
        assert files.path(file).read_bytes() == b"data"
        assert files.thumbnail_path(file).read_bytes() == b"small"
        assert len(everything(tmp_path)) == 2

    def test_it_is_on_disk_before_it_is_known(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        synced: list[int] = []
        monkeypatch.setattr("os.fsync", lambda opened: synced.append(os.fstat(opened).st_ino))
        files = FileFolder(tmp_path)
        file = brought(files)
        places = (
            files.path(file),
            files.thumbnail_path(file),
            *([files.path(file).parent, tmp_path] * (os.name == "posix")),
        )
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
        assert not files.tend(store)
        done(store, decide(Erase(room=LOBBY, seq=1)))
        assert files.tend(store)
        assert not files.tend(store)
        assert len(everything(tmp_path)) == 2
        assert store.gone_files(9) == []

    def test_what_was_gone_already_is_no_matter(self, tmp_path: Path) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        file = brought(files, thumbnail=None)
        done(store, bring(a_file(file)))
        store.commit([say(files=(file,))])
        done(store, decide(Erase(room=LOBBY, seq=1)))
        files.remove([file])  # killed before it could say so
        assert files.tend(store)
        assert store.gone_files(9) == []

    def test_what_a_killed_server_left_is_removed(self, tmp_path: Path) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        half = files.begin()
        half.write(b"half")
        half.close()
        known, unknown = brought(files), brought(files)
        done(store, bring(a_file(known)))
        age(tmp_path)
        files = FileFolder(tmp_path)
        young = brought(files)
        while files.tend(store):
            pass
        assert files.path(known).exists()
        assert files.thumbnail_path(known).exists()
        assert not files.path(unknown).exists()
        assert not files.thumbnail_path(unknown).exists()
        assert files.path(young).exists(), "the store is about to hear of it"
        assert not any(name.startswith("incoming") for name in everything(tmp_path))

    def test_other_peoples_files_stay(self, tmp_path: Path) -> None:
        (tmp_path / "ab").mkdir()
        (tmp_path / "ab" / "notes.txt").write_text("mine")
        age(tmp_path)
        files = FileFolder(tmp_path)
        while files.tend(MemoryStore()):
            pass
        assert everything(tmp_path) == [os.path.join("ab", "notes.txt")]

    def test_a_disk_that_fails_is_told_and_tried_again(self, tmp_path: Path) -> None:
        files, store = FileFolder(tmp_path), MemoryStore()
        file = brought(files)
        done(store, bring(a_file(file)))
        store.commit([say(files=(file,))])
        done(store, decide(Erase(room=LOBBY, seq=1)))
        files.path(file).unlink()
        files.path(file).mkdir()
        with pytest.raises(StoreError):
            files.tend(store)
        files.path(file).rmdir()
        assert files.tend(store)
        assert everything(tmp_path) == []
