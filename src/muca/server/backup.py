"""Backups: one archive with everything in a data folder that a server could not make anew.

Rules:
- The archive is a tar file, compressed if its name ends in ``.gz`` or ``.tgz``. It has the database, the files that the
  database names, the server's certificates and key, and the key of its links; but not the key of its own authority,
  which may sign anything. Its last part, ``manifest.json``, has the size and SHA-256 of all others.
- The database is copied first, so the bytes of all files that it names are on disk. A file that is missing then was
  deleted since, or it is lost.
- Nothing has its final name before it is complete, on disk, and was compared with the manifest: neither an archive that
  is made nor a folder that is restored.
- The server may run meanwhile. It does not take part, and never waits.
"""

import contextlib
import gzip
import hashlib
import io
import os
import re
import shutil
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, TypeAlias

import msgspec

import muca
from muca.disk import SteadyFile, sync_names
from muca.model.ids import FileId
from muca.server.files.folder import PLACE, place_of, thumbnail_place_of
from muca.storage.sqlite.database_file import FILE_NAME, look_at
from muca.storage.sqlite.snapshot import contents_of, copy_database, still_named

FORMAT: Final = 1
"""The version of the format. A later one is refused."""
MANIFEST: Final = "manifest.json"
FILES: Final = "files"
_KEPT: Final = ("link-secret", "tls/ca.pem", "tls/cert.pem", "tls/key.pem")
"""What else is in a backup, if it exists."""
_NAMES: Final = re.compile("|".join([*map(re.escape, (MANIFEST, FILE_NAME, *_KEPT)), f"{FILES}/{PLACE.pattern}"]))
_NAME_BY_TIME: Final = "muca-%Y-%m-%dT%H-%M-%SZ.tar"
_UNFINISHED: Final = ".muca-backup-"
_UNFINISHED_SECONDS: Final = 86_400
_PIECE_BYTES: Final = 1 << 20
_MANIFEST_BYTES_MAX: Final = 1 << 30

Progress: TypeAlias = Callable[[str, float], None]
"""Called with what is being done, and the share of it that is done."""


class BackupError(Exception):
    """A backup could not be made or restored. The text is one sentence that says why."""


class Part(msgspec.Struct, frozen=True):
    """A file in the archive."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive contains."""

    format: int
    muca: str
    """The version of muca that made it."""
    made_ms: int
    """UTC milliseconds; everything that was acknowledged before is in it."""
    server_id: str
    events: int
    newest_ms: int
    """The time of the newest event, UTC milliseconds; 0: there is none."""
    files: int
    missing: tuple[FileId, ...]
    """Files that the database names, but that were not in the folder, although nobody has deleted them."""
    damaged: tuple[FileId, ...]
    """Files that were not as they were uploaded; they are in the archive as they were found."""
    parts: dict[str, Part]


_DECODER: Final = msgspec.json.Decoder(Manifest)


class _Hashed(io.RawIOBase):
    """Reads from a file, and hashes what was read. ``progress`` is called with the number of bytes so far."""

    def __init__(self, opened: IO[bytes], progress: Callable[[int], None]) -> None:
        self._opened = opened
        self._progress = progress
        self._hash = hashlib.sha256()
        self._bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        piece = self._opened.read(size)
        self._hash.update(piece)
        self._bytes += len(piece)
        self._progress(self._bytes)
        return piece

    def hexdigest(self) -> str:
        """Return the hash of everything so far."""
        return self._hash.hexdigest()


def file_name(seconds: float) -> str:
    """Return the name of a backup made at this time, in seconds since 1970."""
    return time.strftime(_NAME_BY_TIME, time.gmtime(seconds))


def backups_in(folder: Path) -> list[tuple[float, Path]]:
    """Return the backups in a folder that are named by their time, and that time, oldest first. Raises ``OSError``."""
    found = []
    for path in folder.iterdir():
        with contextlib.suppress(ValueError):
            made = datetime.strptime(path.name, _NAME_BY_TIME).replace(tzinfo=UTC)
            found.append((made.timestamp(), path))
    return sorted(found)


def remove_old(folder: Path, keep: int) -> None:
    """Remove all backups in a folder that are named by their time, except for the newest ones. Raises ``OSError``.

    What processes left that were killed while they made a backup is removed as well, after a day.
    """
    for _, path in backups_in(folder)[:-keep]:
        path.unlink()
    for path in folder.glob(f"{_UNFINISHED}*"):
        if path.stat().st_mtime < time.time() - _UNFINISHED_SECONDS:
            shutil.rmtree(path)


def make_backup(data: Path, target: Path, progress: Progress) -> Manifest:
    """Write a backup of a data folder to a new file. Raises ``BackupError`` and ``StoreUnusable``."""
    if target.exists():
        raise BackupError(f"{target} already exists; choose another name")
    with _explained(target), tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=target.parent) as name:
        database, archive = Path(name) / FILE_NAME, Path(name) / target.name
        made_ms = time.time_ns() // 1_000_000
        copy_database(data / FILE_NAME, database, lambda share: progress("Copying the database", share))
        with SteadyFile(archive) as written:
            archive.chmod(0o600)
            _write(written, data, database, made_ms, progress, compressed=target.name.endswith((".gz", ".tgz")))
            written.sync()
            if hasattr(os, "posix_fadvise"):  # so that it is read from the disk
                os.posix_fadvise(written.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        manifest = check_backup(archive, progress)
        archive.rename(target)
        sync_names(target.parent)
    return manifest


def check_backup(archive: Path, progress: Progress) -> Manifest:
    """Read a whole archive, and compare it with its manifest. Raises ``BackupError``."""
    return _read(archive, lambda _name, _content: None, lambda share: progress("Checking the backup", share))


def restore_backup(archive: Path, data: Path, progress: Progress) -> Manifest:
    """Restore a backup as a new data folder. Raises ``BackupError`` and ``StoreUnusable``."""
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupError(f"{data} is not empty; choose another folder, or move it away")
    with _explained(data):
        data.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".muca-restore-", dir=data.parent) as name:
            folder = Path(name) / "data"
            folder.mkdir(mode=0o700)
            manifest = _read(archive, lambda *one: _unpack(folder, *one), lambda share: progress("Restoring", share))
            look_at(folder / FILE_NAME)
            for place, _, _ in os.walk(folder):
                sync_names(Path(place))
            if data.exists():
                data.rmdir()
            folder.rename(data)
            sync_names(data.parent)
    return manifest


def _write(
    written: SteadyFile, data: Path, database: Path, made_ms: int, progress: Progress, *, compressed: bool
) -> None:
    contents = contents_of(database)
    parts: dict[str, Part] = {}
    missing: list[FileId] = []
    damaged: list[FileId] = []
    with contextlib.ExitStack() as streams:
        stream: io.RawIOBase | gzip.GzipFile = written
        if compressed:
            stream = streams.enter_context(gzip.GzipFile(fileobj=written, mode="wb", compresslevel=1))
        archive = streams.enter_context(tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT))

        def add(name: str, path: Path, progress: Callable[[float], None] = lambda _: None) -> Part:
            with path.open("rb") as opened:
                parts[name] = _add(archive, name, opened, progress)
            return parts[name]

        add(FILE_NAME, database, lambda share: progress("Writing the database", share))
        for name in _KEPT:
            with contextlib.suppress(FileNotFoundError):
                add(name, data / name)
        for number, (file, sha256) in enumerate(sorted(contents.files.items()), 1):
            for place in place_of(file), thumbnail_place_of(file):
                try:
                    found = add(f"{FILES}/{place}", data / FILES / place)
                except FileNotFoundError:
                    missing += [file] if place == place_of(file) else []  # few files have a thumbnail
                    continue
                damaged += [file] if place == place_of(file) and found.sha256 != sha256 else []
            progress("Writing files", number / len(contents.files))
        lost = still_named(data / FILE_NAME, missing)
        manifest = Manifest(
            format=FORMAT,
            muca=muca.__version__,
            made_ms=made_ms,
            server_id=contents.server_id,
            events=contents.events,
            newest_ms=contents.newest_ms,
            files=len(contents.files) - len(missing),
            missing=tuple(lost),
            damaged=tuple(damaged),
            parts=parts,
        )
        _add(archive, MANIFEST, io.BytesIO(msgspec.json.format(msgspec.json.encode(manifest))), lambda _: None)


def _add(archive: tarfile.TarFile, name: str, opened: IO[bytes], progress: Callable[[float], None]) -> Part:
    """Add a file, from the beginning."""
    entry = tarfile.TarInfo(name)
    entry.size = opened.seek(0, os.SEEK_END)
    entry.mode = 0o600
    entry.mtime = int(time.time())
    opened.seek(0)
    hashed = _Hashed(opened, lambda read: progress(read / max(1, entry.size)))
    archive.addfile(entry, hashed)
    return Part(entry.size, hashed.hexdigest())


def _read(archive: Path, take: Callable[[str, _Hashed], None], progress: Callable[[float], None]) -> Manifest:
    """Read an archive, give all parts but the manifest to ``take``, and compare them. Raises ``BackupError``."""
    found: dict[str, Part] = {}
    manifest: Manifest | None = None
    try:
        with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|*", bufsize=_PIECE_BYTES) as entries:
            size = os.fstat(raw.fileno()).st_size
            for entry in entries:
                opened = entries.extractfile(entry) if entry.isfile() else None
                if opened is None or not _NAMES.fullmatch(entry.name) or entry.name in found or manifest is not None:
                    raise BackupError(f"{archive}: is not a backup made by muca: it contains “{entry.name}”")
                if entry.name == MANIFEST:
                    manifest = _DECODER.decode(opened.read(_MANIFEST_BYTES_MAX))
                    continue
                hashed = _Hashed(opened, lambda _: progress(raw.tell() / max(1, size)))
                take(entry.name, hashed)
                while hashed.read(_PIECE_BYTES):
                    pass
                found[entry.name] = Part(entry.size, hashed.hexdigest())
    except OSError as error:
        if isinstance(error, tarfile.TarError | gzip.BadGzipFile) or error.errno is None:
            raise BackupError(f"{archive}: is damaged or incomplete: {error}") from error
        raise
    except (tarfile.TarError, EOFError, zlib.error, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BackupError(f"{archive}: is damaged or incomplete: {error}") from error
    if manifest is None:
        raise BackupError(f"{archive}: is incomplete: it has no {MANIFEST}")
    if manifest.format > FORMAT:
        raise BackupError(f"{archive}: was made by muca {manifest.muca}; restore it with that version or a later one")
    for name in sorted(manifest.parts.keys() | found.keys()):
        if manifest.parts.get(name) != found.get(name):
            raise BackupError(f"{archive}: is damaged: “{name}” is not what was written")
    return manifest


def _unpack(folder: Path, name: str, content: _Hashed) -> None:
    """Write a part to its place, complete and on disk."""
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as written:
        path.chmod(0o600)
        while piece := content.read(_PIECE_BYTES):
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn errors of the system into ``BackupError``."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or path}: {error.strerror or error}") from error
