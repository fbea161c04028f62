"""Backups: everything is in them, nothing else, and what is not intact is refused without a trace."""

import hashlib
import io
import os
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muca.server import backup
from muca.server.backup import BackupError, backups_in, check_backup, file_name, make_backup, remove_old, restore_backup
from muca.server.files.folder import place_of, thumbnail_place_of
from muca.storage.sqlite.database_file import FILE_NAME
from muca.storage.sqlite.store import SqliteStore
from muca.storage.store import StoreUnusable
from tests.storage.words import say, texts

KEPT = f"f-{1:032x}"
PICTURE = f"f-{2:032x}"
LOST = f"f-{3:032x}"
DAMAGED = f"f-{4:032x}"


def quietly(_doing: str, _share: float) -> None:
    """Show nothing."""


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with something of everything, also of what is not in a backup."""
    data = tmp_path_factory.mktemp("server") / "data"
    store = SqliteStore.open(data)
    store.commit([say(f"message {number}") for number in range(100)])
    store.close()
    with apsw.Connection(str(data / FILE_NAME)) as database:
        for file in KEPT, PICTURE, LOST, DAMAGED:
            sha256 = hashlib.sha256(file.encode()).hexdigest()
            database.execute("INSERT INTO files VALUES (?, 'tony', 0, 34, ?, '{}', NULL)", (file, sha256))
    for file in KEPT, PICTURE:
        put(data / "files" / place_of(file), file.encode())
    put(data / "files" / thumbnail_place_of(PICTURE), b"small")
    put(data / "files" / place_of(DAMAGED), b"not what it was")
    put(data / "files" / "incoming" / f"f-{5:032x}", b"half")
    put(data / "tls" / "key.pem", b"key")
    put(data / "tls" / "ca-key.pem", b"the authority's key, in the place of an older version")
    put(data / "link-secret", b"secret")
    return data


@pytest.fixture(scope="module")
def archive(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    archive = tmp_path_factory.mktemp("backups") / "a.tar"
    make_backup(data, archive, quietly)
    return archive


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz"])
def test_all_of_it_comes_back(data: Path, tmp_path: Path, name: str) -> None:
    shown: list[tuple[str, float]] = []
    made = make_backup(data, tmp_path / name, lambda *one: shown.append(one))
    assert list(tmp_path.iterdir()) == [tmp_path / name]
    assert (tmp_path / name).stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert (tmp_path / name).read_bytes().startswith(b"\x1f\x8b") == name.endswith("gz")
    assert {doing for doing, _ in shown} == {
        *("Copying the database", "Writing the database", "Writing files", "Checking the backup")
    }
    assert all(0 <= share <= 1 for _, share in shown)
    assert (made.events, made.newest_ms, made.files) == (100, 1_000, 3)
    assert (made.missing, made.damaged) == ((LOST,), (DAMAGED,))

    assert restore_backup(tmp_path / name, tmp_path / "new" / "data", quietly) == made
    found = tree(tmp_path / "new" / "data")
    assert found.pop(FILE_NAME)
    whole = tree(data)
    assert found == {
        one: whole[one]
        for one in (
            *("link-secret", "tls/key.pem"),
            *(f"files/{place_of(file)}" for file in (KEPT, PICTURE, DAMAGED)),
            f"files/{thumbnail_place_of(PICTURE)}",
        )
    }
    store = SqliteStore.open(tmp_path / "new" / "data")
    assert texts(store) == [f"message {number}" for number in range(100)]
    assert store.epoch.is_new
    assert store.epoch.former is not None
    store.close()


def test_a_file_that_was_deleted_meanwhile_is_not_missing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "still_named", lambda _file, files: [file for file in files if file != LOST])
    assert make_backup(data, tmp_path / "a.tar", quietly).missing == ()


def test_nothing_is_overwritten(data: Path, archive: Path, tmp_path: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(BackupError, match="already exists"):
        make_backup(data, archive, quietly)
    assert archive.read_bytes() == before
    (tmp_path / "note").touch()
    with pytest.raises(BackupError, match="is not empty"):
        restore_backup(archive, tmp_path, quietly)
    with pytest.raises(BackupError, match="is not empty"):
        restore_backup(archive, tmp_path / "note", quietly)
    assert list(tmp_path.iterdir()) == [tmp_path / "note"]


def test_an_empty_folder_may_be_there(archive: Path, tmp_path: Path) -> None:
    restore_backup(archive, tmp_path, quietly)
    assert (tmp_path / FILE_NAME).exists()


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="no database here yet"):
        make_backup(tmp_path, tmp_path / "a.tar", quietly)
    assert list(tmp_path.iterdir()) == []


def test_folders_that_cannot_be_used_are_said(data: Path, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="No such file or directory"):
        make_backup(data, tmp_path / "nowhere" / "a.tar", quietly)
    with pytest.raises(BackupError, match="No such file or directory"):
        restore_backup(tmp_path / "a.tar", tmp_path / "data", quietly)
    (tmp_path / "file").touch()
    with pytest.raises(BackupError, match=r"Not a directory|File exists"):
        restore_backup(archive, tmp_path / "file" / "data", quietly)
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_whoever_interrupts_it_leaves_nothing(data: Path, archive: Path, tmp_path: Path) -> None:
    def interrupt(doing: str, _share: float) -> None:
        if doing in {"Checking the backup", "Restoring"}:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_backup(data, tmp_path / "a.tar", interrupt)
    with pytest.raises(KeyboardInterrupt):
        restore_backup(archive, tmp_path / "data", interrupt)
    assert list(tmp_path.iterdir()) == []


@given(share=st.floats(0, 1), cut=st.booleans())
def test_a_damaged_archive_is_refused(
    archive: Path, tmp_path_factory: pytest.TempPathFactory, share: float, cut: bool
) -> None:
    """Wherever a byte is wrong that means something, or the rest is missing."""
    whole = archive.read_bytes()
    at = min(int(share * len(whole)), len(whole) - 1)
    spoiled = whole[:at] if cut else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "a.tar").write_bytes(spoiled)
    try:
        check_backup(folder / "a.tar", quietly)
    except BackupError:
        with pytest.raises(BackupError):
            restore_backup(folder / "a.tar", folder / "data", quietly)
        assert list(folder.iterdir()) == [folder / "a.tar"]
    else:  # padding, or a field that nobody reads
        restore_backup(folder / "a.tar", folder / "data", quietly)
        restore_backup(archive, folder / "other", quietly)
        assert tree(folder / "data") == tree(folder / "other")


def entries(archive: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    found = []
    with tarfile.open(archive) as opened:
        for entry in opened:
            content = opened.extractfile(entry)
            assert content is not None
            found.append((entry, content.read()))
    return found


def named(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.linkname = "/etc/passwd"
    return entry


FORGED: dict[str, tuple[Callable[[list[tuple[tarfile.TarInfo, bytes]]], object], str]] = {
    "outside": (lambda all_: all_.insert(0, (named("../outside"), b"")), "contains “../outside”"),
    "absolute": (lambda all_: all_.insert(0, (named("/tmp/outside"), b"")), "contains “/tmp/outside”"),
    "a link": (lambda all_: all_.insert(0, (named("link-secret", tarfile.SYMTYPE), b"")), "contains “link-secret”"),
    "a device": (lambda all_: all_.insert(0, (named("tls/ca.pem", tarfile.CHRTYPE), b"")), "contains “tls/ca.pem”"),
    "a folder": (lambda all_: all_.insert(0, (named("tls", tarfile.DIRTYPE), b"")), "contains “tls”"),
    "in the wrong folder": (
        lambda all_: all_.insert(0, (named(f"files/ff/{KEPT}"), b"")),
        f"contains “files/ff/{KEPT}”",
    ),
    "twice": (lambda all_: all_.insert(1, all_[0]), f"contains “{FILE_NAME}”"),
    "too much": (lambda all_: all_.insert(0, (named("tls/cert.pem"), b"")), "“tls/cert.pem” is not what was written"),
    "too little": (lambda all_: all_.pop(1), "“link-secret” is not what was written"),
    "no manifest": (lambda all_: all_.pop(), "it has no manifest.json"),
    "something behind the manifest": (lambda all_: all_.append((named("tls/ca.pem"), b"")), "contains “tls/ca.pem”"),
    "an unreadable manifest": (lambda all_: all_.append((all_.pop()[0], b"{")), "damaged or incomplete"),
    "a later format": (
        lambda all_: all_.append((all_[-1][0], all_.pop()[1].replace(b'"format": 1', b'"format": 2'))),
        "with that version or a later one",
    ),
}


@pytest.mark.parametrize(("forge", "why"), FORGED.values(), ids=FORGED)
def test_what_muca_has_not_written_is_refused(
    archive: Path, tmp_path: Path, forge: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object], why: str
) -> None:
    found = entries(archive)
    forge(found)
    with tarfile.open(tmp_path / "a.tar", "w") as forged:
        for entry, content in found:
            entry.size = len(content)
            forged.addfile(entry, io.BytesIO(content))
    with pytest.raises(BackupError) as caught:
        restore_backup(tmp_path / "a.tar", tmp_path / "data", quietly)
    assert why in str(caught.value)
    assert list(tmp_path.iterdir()) == [tmp_path / "a.tar"]


def test_other_files_are_no_backups(tmp_path: Path) -> None:
    for content in b"", b"Dear diary", bytes(10_240):
        (tmp_path / "a.tar").write_bytes(content)
        with pytest.raises(BackupError, match=r"damaged or incomplete|it has no manifest"):
            check_backup(tmp_path / "a.tar", quietly)


def test_old_ones_are_removed_and_nothing_else(tmp_path: Path) -> None:
    times = [1_800_000_000.0 + 3_600 * number for number in range(5)]
    for seconds in times:
        (tmp_path / file_name(seconds)).touch()
    for name in "notes.txt", "muca-2026.tar", "muca-9999-99-99T00-00-00Z.tar":
        (tmp_path / name).touch()
    for name in ".muca-backup-old", ".muca-backup-new":
        put(tmp_path / name / FILE_NAME, b"")
    before_yesterday = time.time() - 2 * 86_400
    os.utime(tmp_path / ".muca-backup-old", (before_yesterday, before_yesterday))
    remove_old(tmp_path, 2)
    assert [seconds for seconds, _ in backups_in(tmp_path)] == times[3:]
    assert {path.name for path in tmp_path.iterdir()} == {
        *("notes.txt", "muca-2026.tar", "muca-9999-99-99T00-00-00Z.tar", ".muca-backup-new"),
        *(file_name(seconds) for seconds in times[3:]),
    }
