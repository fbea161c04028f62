"""When a database goes on in its epoch, and when it begins another one: with real files, put back in every way."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muca.model.rooms import LOBBY
from muca.model.storage import Admitted, Epoch
from muca.storage.sqlite.database_file import FILE_NAME, open_writer
from muca.storage.sqlite.epoch import NONCE_NAME, begin_epoch, open_epoch, renew_nonce
from muca.storage.sqlite.store import SqliteStore
from tests.restoring import back_up
from tests.storage.words import admit, say, texts


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[SqliteStore]:
    with contextlib.closing(SqliteStore.open(folder)) as store:
        yield store


def epoch_of(folder: Path) -> Epoch:
    with opened(folder) as store:
        return store.epoch


def overwrite(backup: Path, file: Path) -> None:
    shutil.copyfile(backup, file)


def replace(backup: Path, file: Path) -> None:
    os.replace(backup, file)


PUT_BACK: list[Callable[[Path, Path], None]] = [overwrite, replace]


def test_a_database_goes_on_over_restarts(tmp_path: Path) -> None:
    first = epoch_of(tmp_path)
    assert first.is_new
    assert first.former is None
    assert epoch_of(tmp_path) == epoch_of(tmp_path) == Epoch(id=first.id)


def test_a_killed_server_goes_on(tmp_path: Path) -> None:
    first = epoch_of(tmp_path)
    killed = SqliteStore.open(tmp_path)
    killed._resources.pop_all()  # nothing is said at the end
    killed._writer.close()
    killed._reader.close()
    for lock in tmp_path.glob("*.lock"):
        lock.unlink()
    assert epoch_of(tmp_path) == Epoch(id=first.id)


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_bytes(b"")], ids=["removed", "emptied"])
def test_a_new_database_in_a_folder_that_had_one_is_known(tmp_path: Path, lose: Callable[[Path], object]) -> None:
    assert not epoch_of(tmp_path).replaces
    lose(tmp_path / FILE_NAME)
    assert epoch_of(tmp_path).replaces
    assert not epoch_of(tmp_path).replaces
    (tmp_path / NONCE_NAME).unlink()
    lose(tmp_path / FILE_NAME)
    assert not epoch_of(tmp_path).replaces


@pytest.mark.parametrize("put_back", PUT_BACK)
def test_an_older_copy_that_is_put_back_begins_an_epoch(tmp_path: Path, put_back: Callable[[Path, Path], None]) -> None:
    with opened(tmp_path) as store:
        first = store.epoch
        store.commit([say("a"), say("b")])
        backup = back_up(tmp_path)
        store.commit([say("c"), say("d")])
    put_back(backup, tmp_path / FILE_NAME)

    with opened(tmp_path) as store:
        assert store.epoch.is_new
        assert store.epoch.former == first.id
        assert store.epoch.id != first.id
        store.commit([say("e")])
        [welcome] = store.commit([admit("mary")])
        assert isinstance(welcome, Admitted)
        [lobby] = welcome.rooms
        assert (lobby.room, lobby.seq, lobby.epoch_seq) == (LOBBY, 3, 2)
        assert texts(store) == ["a", "b", "e"]
        second = store.epoch
    assert epoch_of(tmp_path) == Epoch(id=second.id, former=first.id)


def test_a_copy_beside_the_original_has_an_epoch_of_its_own(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    with opened(original) as store:
        shutil.copytree(original, copy, ignore=shutil.ignore_patterns("*.lock"))
        with opened(copy) as other:
            assert other.server_id == store.server_id
            assert other.epoch.former == store.epoch.id
    assert not epoch_of(original).is_new


def test_without_the_file_beside_it_a_database_begins_an_epoch(tmp_path: Path) -> None:
    first = epoch_of(tmp_path)
    (tmp_path / NONCE_NAME).unlink()
    assert epoch_of(tmp_path).former == first.id


def test_a_second_restore_of_the_same_copy_is_another_epoch(tmp_path: Path) -> None:
    first = epoch_of(tmp_path)
    backup = back_up(tmp_path)
    assert not epoch_of(tmp_path).is_new
    epochs = []
    for _ in range(2):
        overwrite(backup, tmp_path / FILE_NAME)
        epochs.append(epoch_of(tmp_path))
    assert {epoch.former for epoch in epochs} == {first.id}
    assert len({epoch.id for epoch in epochs}) == 2


def test_who_shares_a_database_begins_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store, contextlib.closing(SqliteStore.open(tmp_path, share=True)) as other:
        assert other.epoch == Epoch(id=store.epoch.id)
    assert epoch_of(tmp_path) == Epoch(id=store.epoch.id)


@pytest.mark.parametrize("step", range(1, 3))
def test_killed_while_it_renews_the_nonce_it_goes_on(
    tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = epoch_of(tmp_path)
    file, steps = tmp_path / FILE_NAME, iter(range(1, 4))
    real = Path.replace

    def killed_at(path: Path, target: Path) -> Path:
        if next(steps) == step:
            raise KeyboardInterrupt
        return real(path, target)

    with contextlib.closing(open_writer(file)) as writer:
        monkeypatch.setattr(Path, "replace", killed_at)
        with pytest.raises(KeyboardInterrupt):
            renew_nonce(writer, file)
        monkeypatch.undo()
    with contextlib.closing(open_writer(file)) as writer:
        assert open_epoch(writer, file) == Epoch(id=first.id)


def test_an_epoch_can_be_begun_by_whoever_restores(tmp_path: Path) -> None:
    first = epoch_of(tmp_path)
    with contextlib.closing(open_writer(tmp_path / FILE_NAME)) as writer, writer:
        begin_epoch(writer)
    after = epoch_of(tmp_path)
    assert after.former == first.id
    assert not after.is_new
