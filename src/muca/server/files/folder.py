"""The bytes of files: the folder ``files`` in the data folder.

Rules:
- A file is named by its id, which nobody can guess, in a folder named by the id's first two digits, with its thumbnail.
- It is uploaded into ``incoming``. It is complete and on disk before the store is told, and is moved to its place after
  the store has committed it. So every file in its place was known to the database of this folder.
- Files left in ``incoming`` at the start were interrupted by a kill: those that the store knows get their place now.
  All others go to ``quarantine`` for 30 days.
- A file in its place is removed only if the store says so. A file that the store does not know is a sign
  of a new, restored or foreign database: it is counted, logged and kept.
"""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from muca.disk import sync_names
from muca.model.ids import FileId
from muca.model.storage import StoreError
from muca.storage.store import Store

QUARANTINE_DAYS: Final = 30
"""How long files stay in quarantine."""

_ID: Final = re.compile(r"f-[0-9a-f]{32}")
_THUMBNAIL: Final = ".webp"
PLACE: Final = re.compile(r"([0-9a-f]{2})/f-\1[0-9a-f]{30}(\.webp)?")
"""The place of a file or thumbnail in the folder."""
_REMOVED_MAX: Final = 50
"""Files removed in one step."""
_QUARANTINE_NAME: Final = "%Y-%m-%dT%H-%M-%SZ"
"""The name of a sweep's folder in the quarantine: its time in UTC."""
_QUARANTINE_LOOK_MS: Final = 3_600_000
"""Interval between searches of the quarantine for old files."""


def place_of(file: FileId) -> str:
    """Return the place of a file in the folder."""
    assert _ID.fullmatch(file), file
    return f"{file[2:4]}/{file}"


def thumbnail_place_of(file: FileId) -> str:
    """Return the place of a file's thumbnail, whether or not there is one."""
    return f"{place_of(file)}{_THUMBNAIL}"


class Incoming:
    """A file that is being written. Once a thread has discarded it, other threads' operations on it do nothing."""

    def __init__(self, folder: "FileFolder", file: FileId) -> None:
        self.file = file
        self.path = folder.incoming / file
        self.bytes = 0
        """Bytes written so far."""
        self._folder = folder
        self._written: BinaryIO | None = None
        self._discarded = False
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        """Append data. Raises ``OSError``."""
        with self._lock:
            self._open().write(data)
            self.bytes += len(data)

    def close(self) -> None:
        """Close the file. Raises ``OSError``."""
        with self._lock:
            self._open().close()

    def _open(self) -> BinaryIO:
        self._check()
        if self._written is None:
            self._written = self.path.open("xb")
        return self._written

    def keep(self, thumbnail: bytes | None) -> tuple[FileId, str, int]:
        """Flush it to disk; return its id, its SHA-256 and its size in bytes. Raises ``OSError``."""
        with self._lock:
            self._check()
            size = self.path.stat().st_size
            return self.file, self._folder.keep(self.path, thumbnail), size

    def place(self) -> None:
        """Move it to its place, now that the store knows it. Raises ``OSError``."""
        with self._lock:
            self._check()
            self._folder.place(self.file)

    def _check(self) -> None:
        if self._discarded:
            raise FileNotFoundError(self.path)

    def discard(self) -> None:
        """Remove it."""
        with self._lock:
            self._discarded = True
            with contextlib.suppress(OSError):  # on a full disk, flushing the rest fails, too
                if self._written is not None:
                    self._written.close()
            self._folder.remove([self.file])


class FileFolder:
    """The folder of files. ``tend`` is called by the writer thread; the rest by any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = structlog.get_logger()
        self.incoming = folder / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)
        self._quarantine = folder / "quarantine"
        self._left = list(self.incoming.iterdir())
        self._unseen = [place for place in folder.iterdir() if len(place.name) == 2]
        self._unknown = self._unknown_bytes = 0
        self._look_at_quarantine_ms = 0

    def begin(self) -> Incoming:
        """Begin a new file."""
        return Incoming(self, f"f-{secrets.token_hex(16)}")

    def keep(self, written: Path, thumbnail: bytes | None) -> str:
        """Flush an incoming file with its thumbnail to disk; return its SHA-256. Raises ``OSError``."""
        if thumbnail is not None:
            with written.with_suffix(_THUMBNAIL).open("xb") as small:
                small.write(thumbnail)
                small.flush()
                os.fsync(small.fileno())
        with written.open("r+b") as whole:
            sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
            os.fsync(whole.fileno())
        self.path(written.name).parent.mkdir(exist_ok=True)  # now, so that placing it cannot fail on a full disk
        for folder in self.incoming, self._folder:
            sync_names(folder)
        return sha256

    def place(self, file: FileId) -> None:
        """Move an incoming file to its place, with its thumbnail. Raises ``OSError``."""
        incoming = self.incoming / file
        self.path(file).parent.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            incoming.with_suffix(_THUMBNAIL).rename(self.thumbnail_path(file))
        incoming.rename(self.path(file))

    def path(self, file: FileId) -> Path:
        """Return the path of a file."""
        return self._folder / place_of(file)

    def thumbnail_path(self, file: FileId) -> Path:
        """Return the path of a file's thumbnail, whether or not there is one."""
        return self._folder / thumbnail_place_of(file)

    def remove(self, files: Iterable[FileId]) -> None:
        """Remove files with their thumbnails, in whichever folder. Raises ``OSError``."""
        for file in files:
            for path in self.path(file), self.incoming / file:
                path.unlink(missing_ok=True)
                path.with_suffix(_THUMBNAIL).unlink(missing_ok=True)

    def tend(self, store: Store, now_ms: int) -> bool:
        """Do a small step of housekeeping. Returns whether there may be more. Raises ``StoreError``.

        ``now_ms``: a time that is not ahead of the true one, UTC milliseconds.
        """
        try:
            gone = store.gone_files(_REMOVED_MAX)
            if gone:
                self.remove(gone)
                store.forget_gone(gone)
            elif self._left:
                self._settle(store, now_ms)
            elif self._unseen:
                self._count_unknown(store, self._unseen.pop())
            elif now_ms >= self._look_at_quarantine_ms:
                self._empty_quarantine(now_ms)
                self._look_at_quarantine_ms = now_ms + _QUARANTINE_LOOK_MS
        except OSError as error:
            raise StoreError(f"{self._folder}: {error}") from error
        return bool(gone or self._left or self._unseen)

    def _settle(self, store: Store, now_ms: int) -> None:
        """Place those files that a killed server left in ``incoming`` and the store knows; quarantine the rest."""
        ids = {file for path in self._left if _ID.fullmatch(file := path.name.removesuffix(_THUMBNAIL))}
        known = store.known_files(ids)
        for file in known:
            with contextlib.suppress(FileNotFoundError):  # placed by a step that was interrupted
                self.place(file)
        rest = [path for path in self._left if path.name.removesuffix(_THUMBNAIL) not in known and path.exists()]
        if rest:
            target = self._quarantine / datetime.fromtimestamp(now_ms / 1_000, UTC).strftime(_QUARANTINE_NAME)
            target.mkdir(parents=True, exist_ok=True)
            size = sum(path.stat().st_size for path in rest)
            for path in rest:
                path.rename(target / path.name)
            self._log.warning("files_quarantined", files=len(rest), bytes=size, folder=str(target))
        self._left = []

    def _count_unknown(self, store: Store, place: Path) -> None:
        """Count the files of a folder that the store does not know; after the last folder, log the number."""
        sizes = {entry.name: entry.stat().st_size for entry in os.scandir(place) if _ID.fullmatch(entry.name)}
        unknown = sizes.keys() - store.known_files(set(sizes))
        self._unknown += len(unknown)
        self._unknown_bytes += sum(sizes[file] for file in unknown)
        if self._unknown and not self._unseen:
            hint = "the database is new, restored or another server's; the files are kept"
            self._log.warning(
                "files_unknown", files=self._unknown, bytes=self._unknown_bytes, folder=str(self._folder), hint=hint
            )

    def _empty_quarantine(self, now_ms: int) -> None:
        """Remove old files from quarantine. Only folders named like a sweep are touched."""
        before = datetime.fromtimestamp(now_ms / 1_000, UTC) - timedelta(days=QUARANTINE_DAYS)
        for swept in self._quarantine.iterdir() if self._quarantine.exists() else ():
            with contextlib.suppress(ValueError):
                if datetime.strptime(swept.name, _QUARANTINE_NAME).replace(tzinfo=UTC) < before:
                    shutil.rmtree(swept)
                    self._log.info("quarantine_removed", folder=str(swept))
