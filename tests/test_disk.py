"""Files that are on disk whole, or as they were."""

import os
from pathlib import Path

import pytest

from muca.disk import SteadyFile, sync_names, write_whole


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The inodes of what was brought to the disk, in order."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda opened: synced.append(os.fstat(opened).st_ino))
    return synced


def test_a_file_is_on_disk_and_then_its_name(tmp_path: Path, synced: list[int]) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"what was there before, which is longer")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert synced == [path.stat().st_ino, tmp_path.stat().st_ino]


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "kept", b"secret")
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_one_that_cannot_be_replaced_is_left(tmp_path: Path) -> None:
    """And so is nothing else: a folder stands where the file is to be."""
    (tmp_path / "kept" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="kept"):
        write_whole(tmp_path / "kept", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]


def test_names_of_a_folder(tmp_path: Path, synced: list[int]) -> None:
    sync_names(tmp_path)
    assert synced == [tmp_path.stat().st_ino]


def test_a_large_file_reaches_the_disk_a_little_at_a_time(tmp_path: Path, synced: list[int]) -> None:
    """So a server's own fsync never waits for much of it."""
    pieces = [bytes([number]) * 300_000 for number in range(20)]
    with SteadyFile(tmp_path / "large") as written:
        assert [written.write(piece) for piece in pieces] == [300_000] * 20
        assert len(synced) == 2
        written.sync()
    assert synced == [(tmp_path / "large").stat().st_ino] * 3
    assert (tmp_path / "large").read_bytes() == b"".join(pieces)
    with pytest.raises(FileExistsError):
        SteadyFile(tmp_path / "large")
