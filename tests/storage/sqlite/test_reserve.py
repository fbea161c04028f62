"""The room that is kept: really taken, given away once, and taken again."""

import errno
from pathlib import Path

import pytest

from muca.storage.sqlite import reserve
from muca.storage.sqlite.reserve import NAME, RESERVE_BYTES, SpaceReserve


def test_it_takes_up_room(tmp_path: Path) -> None:
    """A file with holes would keep none."""
    kept = SpaceReserve(tmp_path)
    assert kept.make()
    made = (tmp_path / NAME).stat()
    assert made.st_size == RESERVE_BYTES
    assert getattr(made, "st_blocks", RESERVE_BYTES // 512) * 512 >= RESERVE_BYTES


def test_it_is_given_away_and_taken_again(tmp_path: Path) -> None:
    kept = SpaceReserve(tmp_path)
    assert not kept.give(), "there is none"
    kept.make()
    assert kept.give()
    assert kept.give(), "what was given away may be used for more than one deletion"
    assert kept.is_full
    assert list(tmp_path.iterdir()) == []
    assert kept.make()
    assert not kept.is_full


def test_where_there_is_no_room_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is not tried again at every commit."""
    tried = []

    def fill(path: Path, _: int) -> None:
        tried.append(path)
        path.write_bytes(b"some of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(reserve, "_fill", fill)
    kept = SpaceReserve(tmp_path)
    for _ in range(100):
        assert not kept.make()
    assert len(tried) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_was_full_needs_more_room_than_the_reserve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room for deleting is kept at once; for anything else it takes as much again."""
    room = RESERVE_BYTES
    filling = reserve._fill

    def fill(path: Path, size: int) -> None:
        if size > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        filling(path, size)

    monkeypatch.setattr(reserve, "_fill", fill)
    monkeypatch.setattr(reserve, "_RETRY_SECONDS", 0)
    kept = SpaceReserve(tmp_path)
    assert kept.make()
    for _ in range(6):
        assert kept.give()
        assert not kept.make()
        assert kept.is_full
        assert (tmp_path / NAME).stat().st_size == RESERVE_BYTES
    room *= 2
    assert kept.make()
    assert not kept.is_full
    assert (tmp_path / NAME).stat().st_size == RESERVE_BYTES


def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = SpaceReserve(tmp_path)
    for low_bytes, expected in (0, False), (1 << 62, True):
        monkeypatch.setattr(reserve, "LOW_BYTES", low_bytes)
        assert kept.is_near() is expected
